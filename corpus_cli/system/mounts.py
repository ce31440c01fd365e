"""Find out if a folder is on a network file system."""

import os
from pathlib import Path
from typing import Final

_MOUNTS: Final = Path("/proc/self/mountinfo")
"""The mounts that this process sees; only Linux has it (`man 5 proc`)."""

_NETWORK_TYPES: Final = frozenset(
    {
        *("9p", "afs", "beegfs", "ceph", "cifs", "davfs", "glusterfs", "gpfs", "lustre", "ncpfs"),
        *("nfs", "nfs4", "prl_fs", "smb2", "smb3", "smbfs", "vboxsf", "virtiofs", "vmhgfs"),
        *("fuse.davfs", "fuse.davfs2", "fuse.gcsfuse", "fuse.glusterfs", "fuse.gvfsd-fuse"),
        *("fuse.rclone", "fuse.s3fs", "fuse.smbnetfs", "fuse.sshfs", "fuse.vmhgfs-fuse"),
        *("fuse.ceph", "fuse.juicefs", "fuse.mount_9p", "fuse.goofys", "fuse.curlftpfs"),
    }
)
"""The types of file systems whose files other computers can write at the same time."""


def find_network_type(folder: Path) -> str:
    """Return the type of the network file system that a folder is on, such as `nfs4`.

    Return an empty string for other file systems, and where that cannot be determined.
    """
    try:
        device = folder.stat().st_dev
        lines = _MOUNTS.read_text("utf-8", "replace").splitlines()
    except OSError:
        return ""
    name = f"{os.major(device)}:{os.minor(device)}"
    for line in lines:
        # 36 35 98:0 /root /mount options [optional fields ...] - type source options
        mount, _, file_system = line.partition(" - ")
        if mount.split()[2:3] == [name]:
            file_system_type = file_system.partition(" ")[0]
            return file_system_type if file_system_type in _NETWORK_TYPES else ""
    return ""
