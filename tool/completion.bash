# bash completion for ie-podman: commands, options (as --help lists them), and
# the user's own containers, images and volumes.
_ie_podman() {
	local cur=${COMP_WORDS[COMP_CWORD]} command=${COMP_WORDS[1]-} words=
	COMPREPLY=()
	if ((COMP_CWORD == 1)); then
		words=$(ie-podman --help 2>/dev/null | awk '{print $2}')
	elif [[ $cur == -* ]]; then
		words=$(ie-podman --help 2>/dev/null |
			awk -v c="$command" '$2 == c' |
			grep -oE -- '--?[a-z][a-z-]*')
	else
		case $command in
		exec | logs | start | stop | restart | rm | inspect)
			words=$(ie-podman ps -a 2>/dev/null |
				awk 'NR > 1 {print $NF}')
			;;
		run | rmi | tag | sif)
			words=$(ie-podman images 2>/dev/null |
				awk 'NR > 1 {print $1 ":" $2}')
			;;
		volume)
			words="create ls rm inspect"
			((COMP_CWORD == 2)) ||
				words=$(ie-podman volume ls -q 2>/dev/null)
			;;
		build | cp) compopt -o default ;;
		esac
	fi
	mapfile -t COMPREPLY < <(compgen -W "$words" -- "$cur")
}
complete -F _ie_podman ie-podman
