"""Why a server's certificate was not accepted, as a sentence with a remedy."""

from __future__ import annotations

import re

import requests

_CAUSES = (
    ("hostname mismatch", "服务器证书不是发给这个主机名的。请把 url 写成证书上的主机名;ca_bundle 改变不了这一点。"),
    ("ip address mismatch", "服务器证书不是发给这个地址的。请把 url 写成证书上的主机名;ca_bundle 改变不了这一点。"),
    ("has expired", "服务器证书已过期。请服务器的管理员换证书;ca_bundle 改变不了这一点。"),
    ("not yet valid", "服务器证书尚未生效。请检查两边的时间;ca_bundle 改变不了这一点。"),
    ("self-signed", "服务器证书是自签的,或由不认识的机构签发。请把签发它的根证书文件写进连接的 ca_bundle。"),
    ("self signed", "服务器证书是自签的,或由不认识的机构签发。请把签发它的根证书文件写进连接的 ca_bundle。"),
    (
        "unable to get",
        "服务器证书由不认识的机构签发。请把公司的根证书文件写进连接的 ca_bundle;已写的,请核对是不是这一家。",
    ),
)
_REASON = re.compile(r"certificate verify failed: ([^(]{1,120})")


def words(error: requests.exceptions.SSLError) -> str:
    """What went wrong, in Chinese, with the library's reason; never an address."""
    text = str(error)
    lower = text.lower()
    sentence = next((meaning for sign, meaning in _CAUSES if sign in lower), "")
    if sentence:
        return sentence
    reason = _REASON.search(text)
    shown = reason[1].strip() if reason else "TLS 连接没有建立"
    return f"服务器证书无法验证:{shown}。内部机构签发的证书,请把它的根证书文件写进连接的 ca_bundle。"
