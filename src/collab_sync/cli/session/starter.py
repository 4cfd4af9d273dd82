"""The starter files: a commented settings file and a copy of the rules to begin with."""

from __future__ import annotations

import re
import shutil
from importlib.resources import files
from pathlib import Path

from collab_sync.errors import ConfigurationError

SETTINGS_NAME = "collab-sync.yaml"

SETTINGS = """\
# collab-sync 的设置。改好后运行 collab-sync doctor 逐项检查。
#
# 令牌不写在这里。每个连接的令牌用环境变量给出,变量名由连接名得来(大写,- 换成 _):
#   COLLAB_JIRA_TOKEN=……                        令牌本身
#   COLLAB_JIRA_TOKEN_FILE=/etc/collab/jira     或者:只含令牌的文件(systemd、Docker、Kubernetes 的 secret)

connections:
  # Jira Cloud:user 是账号的邮箱,令牌在 id.atlassian.com 的“安全 → API 令牌”里生成。
  # Jira Data Center:写 edition: datacenter,不写 user,令牌用个人访问令牌(PAT)。
  - name: jira                             # mapping.yaml 里用这个名字
    kind: jira
    url: https://your-company.atlassian.net
    user: collab-bot@your-company.com
    edition: cloud                         # cloud、datacenter、auto

  # GitLab:用项目或群组访问令牌(权限 api,角色 Reporter 以上),不要用某个人的令牌。
  - name: gitlab
    kind: gitlab
    url: https://gitlab.your-company.com
    # edition: premium                     # 有 Premium 授权时写上:依赖可写成阻塞链接
    # ca_bundle: /etc/ssl/certs/corp.pem   # 内部证书:受信任的 CA 文件;不能关闭证书检查
    # proxies: {https: "http://proxy.your-company.com:3128"}
    # page_size: 100                       # 每页读多少,最多 100
    # overlap_minutes: 5                   # 每次往回多读几分钟,不漏读;不少于 2
    # at_once: 8                           # 同时最多几个请求在路上;1:一个接一个

rules: rules                  # 规则文件夹;相对路径从本文件所在的文件夹算起
database: collab-sync.sqlite  # 一个文件,放在本机磁盘上(不要放在网络文件夹);同一时间只由一个进程写回
poll_seconds: 60              # 每隔多少秒一轮,不少于 5
log: text                     # text 或 json

# 启用分三步,写在 rules/organisation/rollout.yaml 的 default:
#   report_only  只在内部计算和记录,什么都不发(从这里开始,用 collab-sync plan 看会写什么)
#   pilot        照常发出,但除紧急事项和办公室自己以外,提醒都进每日摘要
#   full         全部启用
"""

ROLLOUT = "organisation/rollout.yaml"


def starter_rules() -> Path:
    """The shipped rules folder: inside the installed package, or beside the sources in a checkout."""
    installed = Path(str(files("collab_sync"))) / "starter_rules"
    checkout = Path(str(files("collab_sync"))).parents[1] / "rules"
    for folder in (installed, checkout):
        if (folder / "mapping.yaml").is_file():
            return folder
    raise ConfigurationError("安装不完整:找不到随附的规则文件夹", hint="请重新安装 collab-sync")


def copy_rules(target: Path) -> None:
    """A copy of the starter rules at ``target``. Raises ConfigurationError if something is there already."""
    if target.exists():
        raise ConfigurationError(f"{target} 已存在,不会覆盖", hint="换一个文件夹,或先移走它")
    shutil.copytree(starter_rules(), target)
    for path in target.rglob("*"):
        path.chmod(0o755 if path.is_dir() else 0o644)


def write_starter(folder: Path) -> None:
    """Settings and rules in ``folder``, switched to report_only. Raises ConfigurationError, before anything is
    written, if either is there already or the folder cannot be written to."""
    for path in (folder / SETTINGS_NAME, folder / "rules"):
        if path.exists():
            raise ConfigurationError(f"{path} 已存在,不会覆盖", hint="换一个文件夹,或先移走它")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        copy_rules(folder / "rules")
        _only_report(folder / "rules" / ROLLOUT)
        (folder / SETTINGS_NAME).write_text(SETTINGS, encoding="utf-8")
    except OSError as error:
        raise ConfigurationError(f"写不了 {error.filename or folder}:{error.strerror}", hint="请检查权限") from None


def _only_report(file: Path) -> None:
    """A new office begins with reports: no default and no programme may send anything."""
    text = file.read_text(encoding="utf-8")
    text, defaults = re.subn(r"(?m)^(\s+default:\s*)\w+", r"\g<1>report_only", text)
    text, programs = re.subn(r"(?m)^(\s+programs:\s*)\{[^}]*\}", r"\g<1>{}", text)
    if (defaults, programs) != (1, 1):
        raise ConfigurationError(f"安装不完整:{ROLLOUT} 的样子变了", hint="请重新安装 collab-sync")
    file.write_text(text, encoding="utf-8")
