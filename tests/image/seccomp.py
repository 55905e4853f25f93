"""The seccomp profile of a container host that gives unprivileged processes no user namespaces.

Podman's own profile lets every process make namespaces; Docker's, and Fargate's as far as it is
documented, does not. A pass under the first is no evidence for the second.

Source: moby/profiles/seccomp/default.json (clone by its flags, clone3 hidden by ENOSYS, the rest for
CAP_SYS_ADMIN only).
"""

import json
from pathlib import Path
from typing import Any

PODMAN_PROFILE = Path("/usr/share/containers/seccomp.json")
NAMESPACE_FLAGS = 0x7E020000
"""CLONE_NEWNS, _NEWCGROUP, _NEWUTS, _NEWIPC, _NEWUSER, _NEWPID and _NEWNET."""
EPERM, ENOSYS = 1, 38
FOR_ADMINISTRATORS = frozenset({"unshare", "setns", "mount", "umount", "umount2", "pivot_root"})


def without_user_namespaces(target: Path) -> Path:
    """Write the profile, made from Podman's."""
    profile = json.loads(PODMAN_PROFILE.read_text(encoding="utf8"))
    taken = FOR_ADMINISTRATORS | {"clone", "clone3"}
    for rule in profile["syscalls"]:
        rule["names"] = [name for name in rule["names"] if name not in taken]
    profile["syscalls"] = [rule for rule in profile["syscalls"] if rule["names"]]
    plain_clone = {"index": 0, "value": NAMESPACE_FLAGS, "valueTwo": 0, "op": "SCMP_CMP_MASKED_EQ"}
    profile["syscalls"] += [
        _rule(["clone"], "SCMP_ACT_ALLOW", args=[plain_clone]),
        _rule(["clone3"], "SCMP_ACT_ERRNO", errnoRet=ENOSYS),
        _rule(sorted(FOR_ADMINISTRATORS), "SCMP_ACT_ERRNO", errnoRet=EPERM),
    ]
    target.write_text(json.dumps(profile), encoding="utf8")
    return target


def _rule(names: list[str], action: str, **more: Any) -> dict[str, Any]:
    return {"names": names, "action": action, "args": [], "includes": {}, "excludes": {}, **more}
