"""What `zhibu doctor` looks at in the tree."""

from zhibu.apps.organizations.models import Organization
from zhibu.kernel import doctor
from zhibu.kernel.doctor import Finding
from zhibu.kernel.tree import STEP


@doctor.check(200, "组织树")
def paths(full: bool) -> Finding:
    """Every path is its parent's and one step more; scoping stands on it."""
    rows = Organization.objects.system("doctor").order_by("path").values_list("name", "path", "parent__path")
    count, wrong = 0, []
    for name, path, above in rows.iterator(2000):
        count += 1
        if (path[:-STEP], len(path) % STEP) != (above or "", 0) or not path:
            wrong.append(name)
    if wrong:
        return doctor.fault(
            f"{len(wrong)} 个组织的树路径与上级不一致（{'、'.join(wrong[:3])}），有人可能看到不该看的",
            "请停止使用，把这一行发给技术支持，必要时恢复最近的备份。",
        )
    return doctor.ok(f"{count:,} 个组织的上下级关系一致")
