#!/bin/sh
# ie-netd against two real users: what it gives, and what neither they nor root
# of their namespaces can do with it. Network namespaces are made by unshare
# here, as a user can; tests/live/podman.t has containers.
# shellcheck disable=SC2016
set -eu
cd "$(dirname "$0")/../.."
# shellcheck source=tests/live/podman-lib.sh
. tests/live/podman-lib.sh
podman_enter tests/live/netd.t
client=$home/netd-client
install -m 755 "$build/netd-client" "$client"

status_of() { # COMMAND...: its status and output in one word list
	code=0
	said=$("$@" 2>&1) || code=$?
	echo "$code $said"
}
eventually() { # COMMAND...: it succeeds within five seconds
	for _ in $(seq 50); do
		"$@" >/dev/null 2>&1 && return 0
		sleep 0.1
	done
	return 1
}
# inside USER SCRIPT [ARGUMENT]...: as root of namespaces of this user's
inside() {
	user=$1 script=$2
	shift 2
	as "$user" env client="$client" unshare --user --map-root-user --net \
		sh -euc "$script" sh "$@"
}
links() { # of the host to containers
	ip -o link | sed -n 's/^[0-9]*: \(ie[a-z2-7]\{13\}\)@.*/\1/p'
}
no_links() {
	[ -z "$(links)" ] && ! ip route | grep -q ' dev ie' &&
		! ip neighbour show proxy | grep -q .
}
leases() {
	"$client" list | grep -c "$@"
}
own_end='address=$($client attach "$1")
	ip link set lo up
	ip address add "$address/32" dev eth0
	ip link set eth0 up
	ip route add 169.254.1.1 dev eth0
	ip route add default via 169.254.1.1
	'

# --- what it gives -----------------------------------------------------------
site_make() { # a network behind the interface "site", with one host, "far"
	ip netns add far 2>/dev/null || :
	ip link add site type veth peer name far
	ip link set far netns far
	ip address add 10.91.0.250/24 dev site
	ip address add 10.91.0.110/24 dev site
	ip link set site up
	ip netns exec far sh -c 'ip address add 10.91.0.251/24 dev far
		ip link set far up; ip link set lo up'
	echo 0 >/proc/sys/net/ipv4/neigh/site/proxy_delay
}
site_make
netd_conf 'pools = 10.91.0.0/25 10.92.0.0/29' 'uplink = site' 'per_user = 3'
netd_start
ok "it has one capability, and no way to another" sh -c '
	grep -q "^CapEff:.0*1000$" "$1" && grep -q "^CapPrm:.0*1000$" "$1" &&
	grep -q "^CapAmb:.0*$" "$1" && grep -q "^NoNewPrivs:.1" "$1" &&
	! grep -q "^Uid:.0" "$1"' sh "/proc/$netd/status"
like "it is not run as root" \
	"$(status_of /usr/local/sbin/ie-netd --socket /run/x)" \
	"1 *not to be run as root*"
ok "a namespace gets an address that the host reaches" \
	inside alice "$own_end ping -c 1 -W 2 169.254.1.1" a
ok "its lease rests when the namespace is gone" eventually sh -c \
	"$client list | grep -q resting"
is "the same container gets it again" \
	"$(inside alice '$client attach a')" \
	"$("$client" list | cut -d ' ' -f 1)"

# hold USER ID: a namespace that stays, its process in $held
hold() {
	rm -f "$home/$1/$2"
	inside "$1" "$own_end"'echo "$address" >"$2"; exec sleep 1000' "$2" \
		"$home/$1/$2" >/dev/null &
	eventually test -s "$home/$1/$2"
	eventually pgrep -u "$1" -x sleep
	address=$(cat "$home/$1/$2")
	holder=$1
	held=$(pgrep -n -u "$1" -x sleep)
}
within() { # COMMAND...: in the namespaces that are held, as their root
	as "$holder" nsenter -t "$held" --user --net --preserve-credentials \
		-- "$@"
}
hold alice a
ok "the host reaches it" ping -c 1 -W 2 "$address"
ok "so does the site's network, by the uplink" \
	ip netns exec far ping -c 1 -W 2 "$address"
ok "and it the site's network" within ping -c 1 -W 2 10.91.0.251
alices=$held alices_address=$address
hold bob b
ok "two containers reach each other" within ping -c 1 -W 2 "$alices_address"
bobs=$held bobs_address=$address

# --- whose namespace ---------------------------------------------------------
like "the host's own namespace gets none" \
	"$(status_of alice "$client" attach c)" \
	"1 *the host's network namespace*"
like "nor root's" "$(status_of "$client" attach c)" \
	"1 *the host's network namespace*"
like "a socket made on the host does not stand for a namespace made later" \
	"$(status_of alice "$client" host c)" "1 *the host's network namespace*"
like "a namespace of another user's gets none" "$(status_of nsenter \
	-t "$bobs" --net setpriv --reuid alice --regid alice --clear-groups \
	"$client" attach c)" "1 *belongs to uid $(id -u bob), not to uid*"
like "nor does that of root's" "$(status_of unshare --net setpriv \
	--reuid alice --regid alice --clear-groups "$client" attach c)" \
	"1 *belongs to uid 0*"
like "a namespace gets one address" "$(held=$alices holder=alice
	status_of within "$client" attach c)" \
	"1 *has $alices_address already*"
like "a container's ID is one" "$(status_of inside alice '$client attach x')" \
	"1 *malformed container ID*"

like "a subordinate uid is no user of its own" "$(status_of alice podman \
	unshare sh -c "setpriv --reuid 1 --regid 1 --clear-groups unshare \
		--user --map-root-user --net $client attach a")" \
	"1 *subordinate uids are no users*"

# --- whose address -----------------------------------------------------------
like "an address of another user's is not given" "$(status_of inside alice \
	'$client attach c "$1"' "$bobs_address")" "1 *belongs to another user*"
like "nor one in use by another container" "$(status_of inside alice \
	'$client attach c "$1"' "$alices_address")" "1 *in use by your*"
ip route add default nexthop via 10.91.0.99 dev site nexthop via \
	10.91.0.100 dev site
ip route add default via 10.91.0.98 table 100
for hosts in 10.91.0.98 10.91.0.99 10.91.0.100 10.91.0.110; do
	like "nor the host's own, nor its router's: $hosts" "$(status_of \
		inside alice '$client attach c "$1"' $hosts)" \
		"1 *is the host's or a router's*"
done
ip route del default
ip route flush table 100
for odd in 10.91.0.0 10.91.0.127 10.91.0.200 127.0.0.1 169.254.1.1 0.0.0.1; do
	like "nor one that is not the site's: $odd" "$(status_of inside alice \
		'$client attach c "$1"' $odd)" "1 *not in this site's pools*"
done
is "a free one is" "$(inside alice '$client attach c 10.92.0.3')" 10.92.0.3
eventually sh -c "$client list | grep -q '10.92.0.3 .*resting'"
is "and an own one that rests, for another container" \
	"$(inside alice '$client attach d 10.92.0.3')" 10.92.0.3
not_ok "nobody releases what is another's" alice "$client" release \
	"$bobs_address"
is "a user sees the own ones" "$(alice "$client" list | cut -d ' ' -f 2 |
	sort -u)" "$(id -u alice)"
is "root sees all" "$("$client" list | cut -d ' ' -f 2 | sort -u | wc -l)" 2
inside alice '$client attach e' >/dev/null
like "attached and resting addresses count alike" \
	"$(status_of inside alice '$client attach f')" "1 *3 of 3 addresses*"
like "also with a certain one" \
	"$(status_of inside alice '$client attach f 10.91.0.99')" \
	"1 *3 of 3 addresses*"
for _ in 1 2 3 4 5 6 7 8 9 10; do
	eventually sh -c "! $client list | grep attached | grep -q ' eeee'"
	alice "$client" release "$("$client" list | sed -n 's/ .* eeee.*//p')" \
		>/dev/null
	inside alice '$client attach e' >/dev/null
done
eventually sh -c "! $client list | grep attached | grep -q ' eeee'"
kept=$("$client" list | sed -n 's/ .* eeee.*//p')
like "a start that fails" "$(status_of inside alice 'ip link add eth0 type veth peer name b
	$client attach e')" "1 *has an eth0 already*"
like "leaves the address that rested with its container" \
	"$("$client" list)" "*$kept *resting eeee*"
is "a user who gives back and takes never has more than the share" \
	"$(leases " $(id -u alice) ")" 3

# --- root of the namespace uses the leased address and no other --------------
# hears COMMAND...: whose datagrams the host hears while it runs; also $peer's,
# in a connection with it
hears() {
	rm -f "$home/heard"
	# shellcheck disable=SC2086
	"$client" hear 7777 1 ${peer:-} >"$home/heard" &
	hearing=$!
	eventually grep -q ready "$home/heard"
	"$@" >/dev/null 2>&1 || :
	wait $hearing || :
	grep -v ready "$home/heard" | sort -u | tr '\n' ' '
}
held=$alices holder=alice
is "datagrams of its own address are heard" "$(hears within "$client" spoof \
	"$alices_address" 169.254.1.1 7777)" "$alices_address "
frames() { # SOURCE
	within "$client" frame eth0 "$1" 10.91.0.250 7777 020000000009 0
	within "$client" frame eth0 "$1" 10.91.0.250 7777 020000000009 7
	within "$client" frame eth0 "$1" 255.255.255.255 7777 020000000009 0
	within "$client" frame eth0 "$1" 224.0.0.1 7777 020000000009 0
}
spoofs() { # SOURCE
	within "$client" spoof "$1" 10.91.0.250 7777
	frames "$1"
}
for source in "$bobs_address" 10.91.0.250 10.91.0.251 10.91.0.77 127.0.0.1 \
	169.254.1.1 8.8.8.8 224.0.0.5 255.255.255.255 0.0.0.9; do
	is "not those of $source" "$(hears spoofs "$source")" ""
done
is "not those of 0.0.0.0, as DHCP clients send them" "$(hears frames 0.0.0.0)" ""
peer=10.91.0.251
is "those of one that the host is connected with are" "$(
	hears ip netns exec far "$client" spoof $peer 10.91.0.250 7777)" "$peer "
is "but not from the container" "$(hears spoofs $peer)" ""
peer=
second() {
	within ip address add "$bobs_address/32" dev eth0
	within "$client" spoof "$bobs_address" 10.91.0.250 7777
	within ping -c 1 -W 1 -I "$bobs_address" 10.91.0.250
	within ip address del "$bobs_address/32" dev eth0
}
is "a second address is not heard" "$(hears second)" ""
not_ok "nor answered" within sh -c "ip address add 10.91.0.9/32 dev eth0
	ping -c 1 -W 1 -I 10.91.0.9 10.91.0.250"
within ip address del 10.91.0.9/32 dev eth0
within ip link set eth0 address 02:00:00:00:00:42
ok "with another MAC it has its own address still" \
	within ping -c 1 -W 2 10.91.0.250
is "and no other" "$(hears spoofs "$bobs_address")" ""
arps() {
	within "$client" arp eth0 "$bobs_address"
	within "$client" arp eth0 10.91.0.251
	ping -c 1 -W 2 "$bobs_address"
}
ok "ARP for a neighbour turns nothing round" arps
ok "nor for one on the site's network" ping -c 1 -W 2 10.91.0.251
is "and the host knows the neighbour where it is" \
	"$(ip neighbour show 10.91.0.251 | cut -d ' ' -f 3)" site
is "the host has no IPv6 on such links" "$(links | while read -r link; do
	cat "/proc/sys/net/ipv6/conf/$link/disable_ipv6"
done | sort -u)" 1
is "so only the container itself answers" "$(within sh -c '
	ip -6 address add fe80::9/64 dev eth0 nodad
	ping -6 -c 2 -W 1 ff02::1%eth0' | grep -c 'from fe80::[^9]')" 0
within ip link set eth0 name other
ok "a link that has another name works" within ping -c 1 -W 2 10.91.0.250
within ip link set other name eth0
not_ok "it cannot be moved to the host" within ip link set eth0 netns 1
not_ok "what is the host's cannot be taken" within ip link add eth9 type veth \
	peer name site netns 1
within sh -c 'unshare --net sh -c "echo \$\$ >$1; exec sleep 1000" sh "$1" &
	sleep 0.5; ip link set eth0 netns "$(cat "$1")"' sh "$home/alice/moved"
moved=$(cat "$home/alice/moved")
held=$moved
within sh -c "
	ip address add $bobs_address/32 dev eth0; ip link set eth0 up
	ip route add default dev eth0"
is "a moved link has no other address" "$(
	hears spoofs "$bobs_address")" ""
kill "$moved"
held=$bobs holder=bob
echo 2 >/proc/sys/net/ipv4/conf/all/rp_filter
is "on a host whose own filter is loose no source but the own is heard" \
	"$(hears spoofs 10.91.0.251)" ""
within "$client" arp eth0 10.91.0.77
is "nor does ARP of another leave a neighbour" \
	"$(ip neighbour show 10.91.0.77)" ""
echo 0 >/proc/sys/net/ipv4/conf/all/rp_filter
nft flush ruleset
inside bob '$client attach c' >/dev/null
is "a filter that a reload of nftables took away comes back, for all" \
	"$(nft list table netdev ie_netd | grep -c "saddr.* $bobs_address accept")" 2

# --- clients that are not nice -----------------------------------------------
for n in 0 1 75 77 4096; do
	is "a message of $n bytes is not one" "$(alice timeout 5 "$client" \
		part $n)" closed
done
mkfifo -m 666 "$home/alice/fifo"
like "a message with descriptors is refused, or answered as one without" \
	"$(alice timeout 5 "$client" pass "$home/alice/fifo" /dev/null \
		/etc/passwd 2>&1)" "*[ac]*ed"
connections() {
	# shellcheck disable=SC2012
	ls "/proc/$netd/fd" | wc -l
}
quiet=$(connections)
not_ok "they are not kept" sh -c 'ls -l /proc/$1/fd | grep -e fifo -e passwd' \
	sh "$netd"
alice "$client" hold 200 <"$home/alice/fifo" >"$home/holds" &
holds=$!
exec 8>"$home/alice/fifo"
eventually grep -q held "$home/holds"
ok "two hundred silent connections of one user" test \
	"$(connections)" -le $((quiet + 20))
ok "do not keep another one from an address" \
	timeout 2 sh -c 'true' # warm
ok "nor from the list" bob timeout 2 "$client" list
before=$(date +%s%N)
ok "nor from a new one" inside bob '$client attach c'
diag "beside silent connections: $((($(date +%s%N) - before) / 1000000)) ms"
sleep 3
is "they are closed when their time is over" "$(connections)" "$quiet"
exec 8>&-
wait $holds || :
alice timeout 20 "$client" flood 4 20 2>/dev/null &
flood=$!
sleep 1
for i in 1 2 3; do
	before=$(date +%s%N)
	ok "beside a flood another user gets an address ($i)" \
		inside bob '$client attach c'
	diag "beside a flood: $((($(date +%s%N) - before) / 1000000)) ms"
done
wait $flood || :
alice timeout 60 "$client" linger 10 >"$home/left" 2>&1 &
linger=$!
eventually grep -q left "$home/left"
ok "descriptors whose close waits for an hour delay nobody" \
	bob timeout 3 "$client" list
ok "nor when their sender is gone" sh -c 'kill $1; sleep 0.5; shift; "$@"' \
	sh $linger setpriv --reuid bob --regid bob --clear-groups timeout 3 \
	"$client" list
inside alice '$client list & kill -STOP $!' >/dev/null 2>&1 &
ok "a stopped client delays nobody" bob timeout 2 "$client" list

# --- bad days ----------------------------------------------------------------
echo 0 >/proc/sys/net/ipv4/ip_forward
like "on a host that does not forward it says so" \
	"$(status_of inside bob '$client attach c')" "1 *does not forward*"
echo 1 >/proc/sys/net/ipv4/ip_forward
ip link set site name gone
like "and when the uplink is gone" \
	"$(status_of inside bob '$client attach c')" "1 *uplink site*"
ip link set gone name site
kill -KILL "$netd"
wait "$netd" 2>/dev/null || :
like "and when it does not run" "$(status_of inside bob '$client attach c')" \
	"1 *ie-netd does not run here*"
ok "links outlive it" ping -c 1 -W 2 "$bobs_address"
"$client" list >/dev/null 2>&1 || :
netd_start
like "it finds them again" "$("$client" list)" \
	"*$bobs_address * attached bbbbbbbb*"
ok "and they work" ping -c 1 -W 2 "$bobs_address"
like "two of them do not share leases" "$(status_of setpriv --reuid ie-netd \
	--regid ie-netd --clear-groups --inh-caps +net_admin \
	--ambient-caps +net_admin /usr/local/sbin/ie-netd --conf \
	"$home/ie-netd.conf" --state "$home/netd" --socket /run/ie-netd/other)" \
	"1 *another ie-netd uses it*"
ip link set site down
ip link set site up
like "an uplink that comes up again answers for them" "$(eventually sh -c \
	"ip neighbour show proxy | grep -q $bobs_address"
	ip neighbour show proxy)" "*$bobs_address*"
ip link del site
site_make
like "an uplink that was made anew answers for them, too" "$(eventually sh -c \
	"ip neighbour show proxy | grep -q $bobs_address"
	ip neighbour show proxy)" "*$bobs_address*"
kill -KILL "$netd"
wait "$netd" 2>/dev/null || :
cp -p "$home/netd/leases" "$home/leases.kept"
: >"$home/netd/leases"
netd_start
ok "a link whose lease was lost goes" eventually sh -c '! ip route | grep " dev ie"'
kill "$netd"
wait "$netd" || :
cp -p "$home/leases.kept" "$home/netd/leases"
netd_start
kill "$bobs" "$alices"
ok "leases rest when their namespaces are gone" eventually sh -c \
	"! $client list | grep -q attached"
ok "and no link, route or neighbour entry stays" eventually no_links

# --- many, and SIGKILL -------------------------------------------------------
kill "$netd"
wait "$netd" || :
netd_conf 'pools = 10.91.0.0/25 10.92.0.0/29' 'uplink = site' 'per_user = 40'
netd_start
alice timeout 60 "$client" storm 12 32 &
one=$!
bob timeout 60 "$client" storm 12 32 &
two=$!
for i in 1 2 3 4 5 6 7 8; do
	sleep 1.2
	kill -KILL "$netd"
	wait "$netd" 2>/dev/null || :
	netd_start
done
wait $one $two || :
"$client" list >"$home/leases"
diag "$(wc -l <"$home/leases") leases after the storm"
ok "after a storm of 64 and eight kills there are leases" test -s "$home/leases"
is "no address was given twice" \
	"$(cut -d ' ' -f 1 "$home/leases" | sort | uniq -d)" ""
is "no container has two" \
	"$(cut -d ' ' -f 2,4 "$home/leases" | sort | uniq -d)" ""
ok "no user has more than the share" test \
	"$(cut -d ' ' -f 2 "$home/leases" | sort | uniq -c |
		sort -rn | awk 'NR == 1 { print $1 }')" -le 40
ok "all rest" eventually sh -c "! $client list | grep -q attached"
ok "and every link, route and neighbour entry is gone" eventually no_links
like "the log names no damage" "$(cat "$home/netd.log")" "*attached*"
not_ok "none was damaged" grep damaged "$home/netd.log"

# --- the end of a pool ---------------------------------------------------------
kill "$netd"
wait "$netd" || :
rm "$home/netd/leases"
netd_conf 'pools = 10.92.0.0/29' 'per_user = 40'
netd_start
hold alice a
for i in 1 2 3 4 5; do
	hold alice "$i"
done
is "all of a pool is given, but its first and last" \
	"$(cd "$home/alice" && cat a 1 2 3 4 5 | sort -u | wc -l)" 6
like "then there is none, and it says what to do" \
	"$(status_of inside bob '$client attach 9')" "1 *no address is free*"
done_testing
