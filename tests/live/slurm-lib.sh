# shellcheck shell=sh disable=SC2154,SC2317
# What tests of the throwaway Slurm share. Sourced after tap.sh.

slurm_usable() {
	[ "$(id -u)" = 0 ] && command -v munged slurmctld slurmd srun
}

# $T with a folder `w` that everybody may write to; the cluster is to be $T/c.
# Ends the script where there is no Slurm.
slurm_setup() {
	build=$(realpath "${BUILD:-build}")
	T=$(mktemp -d /var/tmp/ie-t.XXXXXX)
	trap slurm_cleanup EXIT
	trap 'exit 1' INT TERM
	chmod 755 "$T"
	mkdir -m 1777 "$T/w"
	need slurm slurm_usable || done_testing
}

slurm_cleanup() {
	"$build/ie-cluster" down --dir "$T/c" >/dev/null 2>&1 || :
	rm -rf "$T"
}

in_slurm() {
	timeout -k 2 60 "$build/ie-cluster" exec --dir "$T/c" slurm -- "$@"
}

# by USER COMMAND...: games and nobody are ordinary users that every Debian has.
by() {
	user=$1
	shift
	in_slurm setpriv --reuid "$user" --regid nogroup --clear-groups \
		env -C "$T/w" HOME="$T/w" "$@"
}

status_of() { # COMMAND...: its status and output in one word list
	code=0
	said=$("$@" 2>&1) || code=$?
	echo "$code $said"
}
