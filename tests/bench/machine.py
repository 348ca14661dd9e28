"""What the figures were measured on."""

import os
import platform
import sys
from importlib import metadata
from pathlib import Path

_LIBRARIES = ("PySide6-Essentials", "SQLAlchemy", "sqlcipher3", "reportlab", "pyahocorasick")


def about() -> dict[str, object]:
    """Processor, memory, system, Python and libraries; and how busy the machine is."""
    return {
        "processor": _processor(),
        "cores": os.cpu_count(),
        "memory_mb": _meminfo("MemTotal:") // 1024,
        "system": f"{platform.system()} {platform.release()}",
        "python": sys.version.split()[0],
        "load": [round(load, 2) for load in os.getloadavg()] if hasattr(os, "getloadavg") else [],
        "libraries": {name: metadata.version(name) for name in _LIBRARIES},
    }


def resident_mb() -> float:
    """Memory of this process that is in RAM, in MiB; 0 where the system does not tell."""
    status = Path("/proc/self/status")
    if not status.exists():
        return 0.0
    found = [line for line in status.read_text().splitlines() if line.startswith("VmRSS:")]
    return int(found[0].split()[1]) / 1024


def _processor() -> str:
    cpuinfo = Path("/proc/cpuinfo")
    if cpuinfo.exists():
        for line in cpuinfo.read_text().splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()


def _meminfo(name: str) -> int:
    meminfo = Path("/proc/meminfo")
    if not meminfo.exists():
        return 0
    return next(
        (int(s.split()[1]) for s in meminfo.read_text().splitlines() if s.startswith(name)), 0
    )
