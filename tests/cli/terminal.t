#!/bin/sh
# No control character (U+0000 to U+001F but line ends and tabs, U+007F to
# U+009F) from a name, a file or another program's words reaches a terminal.
# shellcheck disable=SC2016
set -eu
cd "$(dirname "$0")/../.."
# shellcheck source=tests/cli/bench-lib.sh
. tests/cli/bench-lib.sh
bin=$(dirname "$bench")
esc=$(printf '\033[31m\302\233m\177')

# plain NAME COMMAND...: what it says has none of them, and shows what was there
plain() {
	name=$1
	shift
	"$@" >out 2>&1 </dev/null || true
	LC_ALL=C tr -d '\n\t' <out >line
	not_ok "$name: no control character" \
		env LC_ALL=C grep -qP '[\x00-\x1f\x7f]|\xc2[\x80-\x9f]' line
	ok "$name: it is shown" grep -qE '\\u001b|\?\[31m' out
}
for program in ie-bench ie-stats ie-cluster; do
	plain "$program: a command" "$bin/$program" "x$esc"
done
for command in plan run; do
	plain "ie-bench $command: a plan" "$bench" "$command" "x$esc" \
		--site site.ini
	plain "ie-bench $command: a site" "$bench" "$command" plan.ini \
		--site "x$esc"
	plain "ie-bench $command: an option" "$bench" "$command" "--x$esc"
done
plain 'ie-bench selftest: a site' "$bench" selftest --site "x$esc"
plain 'ie-bench run: a run id' "$bench" run plan.ini --site site.ini \
	--run-id "x$esc"
plain 'ie-bench run: where results are' "$bench" run plan.ini \
	--site site.ini --results "x$esc"
plain 'ie-bench run: what it resumes' "$bench" run plan.ini \
	--site site.ini --resume "x$esc"
plain 'ie-stats summary: a run' "$bin/ie-stats" summary "x$esc"
plain 'ie-stats summary: a format' "$bin/ie-stats" summary . --format "x$esc"
plain 'ie-stats compare: a side' "$bin/ie-stats" compare "x$esc" "x$esc"
for command in status site down; do
	plain "ie-cluster $command: a folder" "$bin/ie-cluster" $command \
		--dir "$tmp/x$esc"
done
plain 'ie-cluster up: a service' "$bin/ie-cluster" up "x$esc" --dir "$tmp/c"
plain 'ie-cluster up: a folder' "$bin/ie-cluster" up local --dir "$tmp/x$esc"

# Other programs' words
printf '#!/bin/sh\nprintf "%s\\n" >&2\nexit 1\n' '\033[31m\302\233m' >words
chmod +x words
sed "s,^path = .*,&\nlaunch = $tmp/words," site.ini >launch.ini
plain 'the last words of a worker' "$bench" run plan.ini --site launch.ini \
	--progress plain
sed "s,^name = here,&\ndescribe = $tmp/words," site.ini >describe.ini
plain "a command of the site's" "$bench" run plan.ini --site describe.ini

# On a terminal the progress line is rewritten, and nothing else gets through
if need script command -v script; then
	script -qec "'$bench' run plan.ini --site launch.ini --run-id tty" \
		typed >/dev/null </dev/null || true
	LC_ALL=C sed 's/\r\x1b\[K//g' typed | tr -d '\n\t\r' >line
	not_ok 'on a terminal: only what rewrites the line of progress' \
		env LC_ALL=C grep -qP '[\x00-\x1f\x7f]|\xc2[\x80-\x9f]' line
	ok 'which is there' grep -q 'local/' typed
fi
done_testing
