# Sets up like start.ps1 with the development tools, then runs every check and test.
$ErrorActionPreference = 'Stop'
$Lock = Join-Path $PSScriptRoot 'requirements-dev.lock'
. (Join-Path $PSScriptRoot 'setup.ps1')
Set-Location $Root
if (-not $env:QT_QPA_PLATFORM) { $env:QT_QPA_PLATFORM = 'offscreen' }
$steps = @(
    @('ruff.exe', 'check', '.'),
    @('ruff.exe', 'format', '--check', '.'),
    @('mypy.exe'),
    @('lint-imports.exe'),
    @('python.exe', 'packaging/messages.py', '--check'),
    @('python.exe', 'packaging/licences.py', '--check'),
    @('desk.exe', 'pack', 'check'),
    (@('pytest.exe', '-n', 'auto', '--dist', 'worksteal', '--cov', '--cov-report=term:skip-covered', '-q') + $args)
)
foreach ($step in $steps) {
    $rest = @($step | Select-Object -Skip 1)
    & (Join-Path $Scripts $step[0]) @rest
    if ($LASTEXITCODE -ne 0) { exit $LASTEXITCODE }
}
