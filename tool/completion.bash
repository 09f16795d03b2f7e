# bash completion for ie-podman: Podman completes what is Podman's; ours is
# added.
_ie_podman() {
	local line=${COMP_LINE:0:COMP_POINT} words=() theirs=() out=() own=''
	local cur before word
	read -ra words <<<"$line"
	[[ $line != *[[:space:]] ]] || words+=('')
	words=("${words[@]:1}")
	[[ ${words[0]} != check ]] || words=("${words[@]:1}")
	[[ ${words[0]} != -- ]] || words=("${words[@]:1}")
	COMPREPLY=()
	((${#words[@]})) || return 0
	cur=${words[-1]}
	unset 'words[-1]'
	before=${words[*]}
	case $before,$cur in
	sif*--compress,*) own='zstd gzip lz4 xz' theirs=('') ;;
	sif*,-*) own='--compress -f' theirs=('') ;;
	sif*) theirs=(run) ;; # an image's name
	ip,*) return ;;
	reap,*) own=--dry-run theirs=('') ;;
	*,-*=*) ;;
	,*) own='sif ip reap check' ;;
	run*,-* | create*,-* | *\ run*,-* | *\ create*,-*) own=--gpu ;;
	esac
	((${#theirs[@]})) || for word in "${words[@]}"; do
		[[ $word == --@(ip|gpu)?(=*) ]] || theirs+=("$word")
	done
	if [[ ${theirs[0]-x} ]]; then
		mapfile -t out < <(podman __completeNoDesc "${theirs[@]}" \
			"$cur" 2>/dev/null)
		# The last line says whether files are completed
		[[ ${out[*]} != :0 ]] || compopt -o default
		((${#out[@]} == 0)) || unset 'out[-1]'
	fi
	cur=${cur#--*=} # of such a word Podman completes the value
	mapfile -t COMPREPLY < <(compgen -W "${out[*]} $own" -- "$cur")
	# Of others bash replaces what is behind the last of these
	[[ $cur != *[:=]* ]] ||
		COMPREPLY=("${COMPREPLY[@]#"${cur%"${cur##*[:=]}"}"}")
}
complete -F _ie_podman ie-podman
