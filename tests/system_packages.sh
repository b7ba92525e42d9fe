#!/bin/sh
# Installs the system packages that the browser tests need, where that is allowed; says plainly what is missing where not.
set -eu

has_fonts() { command -v fc-list >/dev/null && [ -n "$(fc-list :lang=zh family)" ]; }

missing=""
command -v chromium >/dev/null || missing="$missing chromium"
has_fonts || missing="$missing fontconfig fonts-noto-cjk"
[ -n "$missing" ] || exit 0

if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    echo "installing$missing"
    export DEBIAN_FRONTEND=noninteractive
    apt-get update -qq
    # shellcheck disable=SC2086
    apt-get install -qq -y --no-install-recommends $missing >/dev/null
else
    echo "The browser tests need:$missing" >&2
    echo "Install them, for example with: sudo apt-get install$missing" >&2
    exit 1
fi
