"""The handbook (使用手册): chapters in Markdown, the page of each, and the chapter that helps with a page.

A chapter is a file of `zhibu/handbook/` with a head in YAML:

    title: 查找人员
    order: 20                     place in the contents
    part: 人人都用                  heading of the contents it stands under
    roles: [branch_secretary]     built-in roles it is written for; none: for everyone
    public: true                  may be read without signing in
    covers:                       names of addresses, codes of acts, `error-404`; `*` stands for anything
      - search
      - people-reveal: 查看完整号码      with the section that helps there

`help_url` finds for a page the chapter of the reader's own role, else the one that names the page most exactly.
"""

from zhibu.kernel.handbook.helping import help_url, set_role_resolver

__all__ = ["help_url", "set_role_resolver"]
