# Dot-sourced by start.ps1 and test.ps1: makes .venv\ with the locked dependencies, once.
$Root = Split-Path -Parent $PSScriptRoot
$Venv = Join-Path $Root '.venv'
$Scripts = Join-Path $Venv 'Scripts'
$Python = Join-Path $Scripts 'python.exe'
$Desk = Join-Path $Scripts 'desk.exe'
$Ready = Join-Path $Venv ('.desk-ready-' + (Split-Path -Leaf $Lock))
$Parts = @((Join-Path $Root 'pyproject.toml'), $Lock, (Join-Path $PSScriptRoot 'setup.ps1'))
$Stamp = (($Parts | ForEach-Object { (Get-FileHash $_ -Algorithm SHA256).Hash }) -join ' ') + " $Root"

if (-not (Test-Path $Python) -or -not (Test-Path $Ready) -or ((Get-Content $Ready -Raw).Trim() -ne $Stamp)) {
    if (-not (Test-Path $Python)) {
        $Base = $null
        foreach ($version in '3.13', '3.12', '3.11') {
            & py "-$version" -c 'import sys' 2>$null
            if ($LASTEXITCODE -eq 0) { $Base = @('py', "-$version"); break }
        }
        if (-not $Base) {
            & python -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 14))' 2>$null
            if ($LASTEXITCODE -eq 0) { $Base = @('python') }
        }
        if (-not $Base) {
            Write-Error 'Python 3.11, 3.12 or 3.13 is needed and was not found. Install it from python.org and run this again.'
            exit 1
        }
        Write-Host 'Making the environment in .venv\ (once)'
        $rest = @($Base | Select-Object -Skip 1) + @('-m', 'venv', $Venv)
        & $Base[0] @rest
        if ($LASTEXITCODE -ne 0) { exit $LASTEXITCODE }
    }
    Write-Host 'Installing the locked dependencies'
    & $Python -m pip install --quiet --disable-pip-version-check --require-hashes -r $Lock
    if ($LASTEXITCODE -ne 0) { exit $LASTEXITCODE }
    & $Python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e $Root
    if ($LASTEXITCODE -ne 0) { exit $LASTEXITCODE }
    Set-Content -Path $Ready -Value $Stamp
}
