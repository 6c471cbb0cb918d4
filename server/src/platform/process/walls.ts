/** Mounts an empty folder over each of the `$1` folders that follow, then becomes the rest. */
export const HIDE =
  'n=$1; shift; while [ "$n" -gt 0 ]; do if [ -d "$1" ]; then mount -t tmpfs -o ro,size=4k none "$1" || exit 1; fi; shift; n=$((n - 1)); done; exec "$@"'

/**
 * Makes a file system of its own in `$1/root`: the `$2` folders and files that follow, to read; `$1/in` as /in, to read;
 * `$1/out` as /out, to write; and becomes the rest in it. Nothing of this is seen outside.
 *
 * The kernel's own folder is mounted to read, for root without any capability could still write there.
 */
export const WALL = `set -e
seat=$1; n=$2; shift 2
root=$seat/root
mount -t tmpfs -o mode=755,size=64m,nr_inodes=20k none "$root"
lay() {
  mount --bind "$1" "$2"
  mount -o "remount,bind,nosuid,nodev,$3" "$2"
}
while [ "$n" -gt 0 ]; do
  if [ -L "$1" ]; then
    mkdir -p "$root$(dirname "$1")"
    ln -s "$(readlink "$1")" "$root$1"
  elif [ -d "$1" ]; then
    mkdir -p "$root$1"
    lay "$1" "$root$1" ro
  elif [ -e "$1" ]; then
    mkdir -p "$root$(dirname "$1")"
    : > "$root$1"
    lay "$1" "$root$1" ro
  fi
  shift
  n=$((n - 1))
done
mkdir -p "$root/in" "$root/out" "$root/proc" "$root/dev" "$root/tmp"
lay "$seat/in" "$root/in" ro,noexec
lay "$seat/out" "$root/out" rw,noexec
for each in null zero random urandom; do
  : > "$root/dev/$each"
  mount --bind "/dev/$each" "$root/dev/$each"
done
mount -t proc -o ro,nosuid,nodev,noexec proc "$root/proc" || true
cd /
exec chroot "$root" "$@"`
