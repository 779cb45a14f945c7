"""The look: base templates, components, form renderer, navigation registry, error and style pages.

Templates extend `ui/base.html` (the shell), `ui/plain.html` (log-in, errors, public reading) or `ui/print.html`.
Component tags are template builtins (see `zhibu.kernel.templatetags.ui`); their data shapes are in `ui.parts`.
"""
