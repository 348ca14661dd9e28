# Sets up on first use, then opens Complaint Desk. Windows 10 and later, Python 3.11 to 3.13.
$ErrorActionPreference = 'Stop'
$Lock = Join-Path $PSScriptRoot 'requirements.lock'
. (Join-Path $PSScriptRoot 'setup.ps1')
& $Desk @args
exit $LASTEXITCODE
