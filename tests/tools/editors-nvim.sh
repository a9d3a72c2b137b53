#!/usr/bin/env bash
# Installs the Neovim that the plugin's tests drive, and prints its folder; the launcher is FOLDER/nvim.
#
#   editors-nvim.sh          Neovim 0.12 with mini.test (Debian forky)
#   editors-nvim.sh old      Neovim 0.10 (Debian trixie), to prove the message that older ones get
#
# Needs a Debian machine with its own package sources. The packages, their libc included, are unpacked into
# ${NOXFLOW_TOOLS:-<repository>/target/tools}/nvim-<which>; nothing on the system changes. A second call does nothing.
# An installation in ${EDITORS_HOME:-~/.cache/editors}/neovim-<which> is taken as it is.
set -euo pipefail

which=${1:-new}
repository=$(cd "$(dirname "$0")/../.." && pwd)

fail() {
  echo "editors-nvim: $*" >&2
  exit 1
}

case $which in
new) suite=forky packages=(neovim neovim-mini.test) ;;
old) suite=trixie packages=(neovim) ;;
*) fail "say 'new' or 'old', not '$which'" ;;
esac

# system PROGRAM: a program of the machine's own packages, installed where that is allowed.
system() {
  command -v "$1" >/dev/null && return
  { [ "$(id -u)" = 0 ] && apt-get -qq update && apt-get -qq install -y --no-install-recommends "$1"; } \
    >/dev/null 2>&1 || fail "$1 is missing: apt-get install $1"
}
system tmux # the terminal that the screen test types into

ready=${EDITORS_HOME:-$HOME/.cache/editors}/neovim-$which
if [ -x "$ready/nvim" ] && "$ready/nvim" --version >/dev/null 2>&1; then
  echo "$ready"
  exit 0
fi

folder=${NOXFLOW_TOOLS:-$repository/target/tools}/nvim-$which
if [ -e "$folder/.complete" ] && "$folder/nvim" --version >/dev/null 2>&1; then
  echo "$folder"
  exit 0
fi

for program in apt-get dpkg-deb; do
  command -v "$program" >/dev/null || fail "$program is missing: this needs a Debian machine"
done
system patchelf

# The machine's own mirror of Debian, whatever its name is.
own_mirror() {
  # shellcheck disable=SC2016 # the words in $() are apt's
  apt-get indextargets --format '$(ORIGIN) $(LABEL) $(REPO_URI)' 2>/dev/null |
    awk '$1 == "Debian" && $2 == "Debian" && !found { print $3; found = 1 }'
}
mirror=$(own_mirror)
if [ -z "$mirror" ]; then
  apt-get -qq update >/dev/null 2>&1 || true
  mirror=$(own_mirror)
fi
[ -n "$mirror" ] || fail "no Debian mirror in this machine's package sources"

# A package manager of its own: no state is shared with the system's. An empty list of installed packages makes it
# fetch the whole closure, so that nothing depends on the age of this machine's libraries.
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
mkdir -p "$scratch"/{lists/partial,cache/archives/partial,empty,unpacked}
: >"$scratch/status"
echo "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] $mirror $suite main" >"$scratch/sources.list"
cat >"$scratch/apt.conf" <<CONF
Dir::State "$scratch";
Dir::State::Lists "$scratch/lists";
Dir::State::Status "$scratch/status";
Dir::Cache "$scratch/cache";
Dir::Cache::Archives "$scratch/cache/archives";
Dir::Etc::SourceList "$scratch/sources.list";
Dir::Etc::SourceParts "$scratch/empty";
Dir::Etc::Preferences "/dev/null";
Dir::Etc::PreferencesParts "$scratch/empty";
Acquire::Languages "none";
Acquire::Retries "3";
APT::Install-Recommends "false";
APT::Sandbox::User "root";
CONF
own_apt() {
  APT_CONFIG=$scratch/apt.conf apt-get -qq "$@" >"$scratch/log" 2>&1 || {
    cat "$scratch/log" >&2
    fail "apt-get $1 does not work for Debian $suite"
  }
}
own_apt update
own_apt install --yes --download-only "${packages[@]}"

# bin, lib, ... are links into usr, so that packages of either layout meet in one place.
unpacked=$scratch/unpacked
for name in bin sbin lib lib64; do
  mkdir -p "$unpacked/usr/$name"
  ln -s "usr/$name" "$unpacked/$name"
done
for package in "$scratch"/cache/archives/*.deb; do
  dpkg-deb --fsys-tarfile "$package" | tar -x --keep-directory-symlink --no-same-owner -C "$unpacked"
done

rm -rf "$folder"
mkdir -p "$(dirname "$folder")"
mv "$unpacked" "$folder"

# The program is pointed at the loader and libraries beside it. A wrapper that calls the loader would break
# v:progpath, and with it the tests' child processes.
libraries=$(dirname "$(find "$folder/usr/lib" -name libc.so.6 -print -quit)")
loader=$(find "$folder/usr/lib" "$folder/usr/lib64" -name 'ld-linux*.so*' -print -quit)
[ -n "$loader" ] || fail "the packages hold no program loader"
patchelf --set-interpreter "$loader" --force-rpath --set-rpath "$libraries:$folder/usr/lib" \
  "$(readlink -f "$folder/usr/bin/nvim")"

# The runtime is looked for in /usr/share first, where an older Neovim may have left its own.
cat >"$folder/nvim" <<LAUNCHER
#!/bin/sh
VIMRUNTIME='$folder/usr/share/nvim/runtime' exec '$folder/usr/bin/nvim' "\$@"
LAUNCHER
chmod +x "$folder/nvim"
"$folder/nvim" --version >/dev/null || fail "$folder/nvim does not start"
touch "$folder/.complete"
echo "$folder"
