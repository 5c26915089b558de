#!/bin/bash
# scripts/host: files that have to be exactly one, fetched although the archive has
# moved on; installing what is missing; cleaning up.  With stand-ins: nothing here uses the
# network, installs anything, or touches the user's cache.
# Longer than two screens: a list of cases.

# shellcheck disable=SC2016,SC2317 # eval of what is quoted; called through ok
w=$(mktemp -d)
export GMEM_CACHE=$w/cache HOME=$w/home
unset GMEM_MIRROR GMEM_SNAPSHOT GMEM_INSTALL GMEM_OS_RELEASE GMEM_HOLDS FORCE B4
# shellcheck source=scripts/lib/lib.sh
. "$(dirname "$0")/../../scripts/lib/lib.sh"
# shellcheck source=scripts/lib/tap.sh
. "$top/scripts/lib/tap.sh"
server=
trap '[ -z "$server" ] || kill "$server"; gpgconf --homedir "$w/gpg" --kill all 2>/dev/null; rm -rf "$w"' EXIT
mkdir -p "$w"/{co/build,home,bin}
cp -r "$top/scripts" "$top/BASE" "$w/co/"
cd "$w/co"

# run COMMAND...: what it prints, in $said, and its status, in $rc.
run() {
	rc=0
	said=$("$@" 2>&1 </dev/null) || rc=$?
}
sha() { "sha$1sum" <"$2" | cut -d ' ' -f 1; }

# --- pins -------------------------------------------------------------------------

echo "the thing" >"$w/thing"
echo "another thing" >"$w/other"
cat >scripts/host/pins <<-END
	# NAME PACKAGE
	thing test thing=1-1 thing_1-1_all.deb $(sha 256 "$w/thing") $(sha 1 "$w/thing")
END
kept=$w/cache/dl/$(sha 256 "$w/thing").deb
fetch=scripts/host/fetch.sh
nothing_kept() { [ -z "$(find "$w/cache"/{dl,unverified} -mindepth 1 2>/dev/null)" ]; }

# Debian's archive: a small one, signed with a key of our own.
gpg=(gpg --homedir "$w/gpg" --batch -q --pinentry-mode loopback --passphrase '')
mkdir -m 700 "$w/gpg"
"${gpg[@]}" --quick-gen-key 'test key <test@example.com>' ed25519 sign never 2>/dev/null
"${gpg[@]}" --export >"$w/keys.gpg"
archive() { # FILE VERSION: it has FILE as the package "thing" of that version
	local d=$w/debian/dists/test/main a
	rm -rf "$w/debian"
	a=$(dpkg --print-architecture)
	mkdir -p "$w/debian/pool" "$d/binary-$a"
	cp "$1" "$w/debian/pool/thing_$2_all.deb"
	printf 'Package: thing\nVersion: %s\nArchitecture: all\nMaintainer: x <x@y>\nDescription: x\nFilename: pool/thing_%s_all.deb\nSize: %s\nSHA256: %s\n' \
		"$2" "$2" "$(stat -c %s "$1")" "$(sha 256 "$1")" >"$d/binary-$a/Packages"
	printf 'Suite: test\nCodename: test\nArchitectures: %s\nComponents: main\nDate: %s\nSHA256:\n %s %s main/binary-%s/Packages\n' \
		"$a" "$(date -Ru | sed 's/+0000/UTC/')" "$(sha 256 "$d/binary-$a/Packages")" "$(stat -c %s "$d/binary-$a/Packages")" "$a" |
		"${gpg[@]}" --clearsign -o "$w/debian/dists/test/InRelease"
}

# A snapshot, as snapshot.debian.org lays it out: file/SHA1.
mkdir -p "$w/snapshot/file"
for port in $(shuf -n 20 -i 20000-60000); do
	busybox httpd -f -p "127.0.0.1:$port" -h "$w/snapshot" 2>/dev/null &
	server=$!
	for _ in 1 2 3 4 5 6 7 8 9 10; do
		kill -0 "$server" 2>/dev/null || break
		! curl -s -o "$w/out" "http://127.0.0.1:$port/" || break 2
		sleep 0.1
	done
	server=
done
export GMEM_SNAPSHOT=http://127.0.0.1:$port GMEM_MIRROR=file://$w/debian GMEM_APT_KEYRING=$w/keys.gpg
in_snapshot() { cp "$1" "$w/snapshot/file/$(sha 1 "$w/thing")"; }

archive "$w/thing" 1-1
run "$fetch" thing
is "a pin: from the archive, as long as that has it" "$kept" "$(tail -n 1 <<<"$said")"
ok "... it is the file" cmp "$kept" "$w/thing"
run env GMEM_MIRROR=file:///nonexistent GMEM_SNAPSHOT=file:///nonexistent "$fetch" thing
is "... from the cache the next time" "$kept" "$said"
echo damaged >"$kept"
run "$fetch" thing
like "a damaged one in the cache is fetched again" "damaged: removed" "$said"
ok "... and right" cmp "$kept" "$w/thing"

rm -rf "$w/cache"
archive "$w/other" 2-1
refused "the archive has a newer version only, the snapshot nothing" "cannot get thing_1-1_all.deb" "$fetch" thing
ok "... nothing is kept" nothing_kept
in_snapshot "$w/thing"
run "$fetch" thing
is "the archive has a newer version only: from the snapshot" "$kept" "$(tail -n 1 <<<"$said")"
ok "... it is the file" cmp "$kept" "$w/thing"
rm -rf "$w/cache"
archive "$w/other" 1-1
run "$fetch" thing
like "the archive has another file of that version: it is named" "expected sha256 $(sha 256 "$w/thing")" "$said"
ok "... the snapshot's is taken" cmp "$kept" "$w/thing"
rm -rf "$w/cache"
in_snapshot "$w/other"
refused "the snapshot has another file" "what $GMEM_SNAPSHOT has is not the file .*found +sha256 $(sha 256 "$w/other")" "$fetch" thing
ok "... nothing is kept" nothing_kept
run "$fetch" thing "$w/thing"
is "the user's own copy" "$w/thing" "$said"
refused "... if it is not the file" "not the file that scripts/host/pins names" "$fetch" thing "$w/other"
refused "... if it is not there" "cannot read $w/none" "$fetch" thing "$w/none"
refused "no such pin: says which there are" "nothing is called nix: there are linux, linux-config, thing" "$fetch" nix
refused "too many words" 'does not take "c"' "$fetch" a b c
refused "the kernel is BASE's" "not the file that BASE names, $(base file | tr + .)" "$fetch" linux "$w/thing"
refused "... and its config" "not the file that BASE names, $(base config_file | tr + .)" "$fetch" linux-config "$w/thing"
is "every pin has all of its fields" "" "$(awk '!/^#/ && (NF != 6 || $3 !~ /=/ || $5 !~ /^[0-9a-f]+$/ || length($5) != 64 || $6 !~ /^[0-9a-f]+$/ || length($6) != 40)' "$top/scripts/host/pins")"
for f in sha256 sha1 config_sha256 config_sha1; do
	like "BASE's $f" "^[0-9a-f]{40,64}$" "$(base $f)"
done
for script in apt b4 sparse fetch clean root in-root debian-boot; do
	run "scripts/host/$script.sh" --help
	is "$script.sh --help" 0 "$rc"
	refused "$script.sh, and a word that it does not take" "does not take|usage|nothing is called" "scripts/host/$script.sh" --nonsense
done

# --- packages ---------------------------------------------------------------------

rm scripts/host/needs/*
printf '# what\nthing-a pkg-a fed-a\n%s/bin/thing-b pkg-b fed-b\n\n/bin/sh dash dash\n' "$w" >scripts/host/needs/build
printf 'thing-b pkg-b fed-b\nthing-c pkg-c fed-c\n' >scripts/host/needs/deb
printf 'ID=made\nID_LIKE=debian\n' >"$w/debian-like"
printf 'ID=fedora\nPRETTY_NAME="Fedora Linux"\n' >"$w/fedora"
export GMEM_OS_RELEASE=$w/debian-like
# Stands in for apt-get: notes what it is told, and "installs" pkg-X as the program thing-X.
cat >"$w/bin/apt-get" <<-END
	#!/bin/bash
	echo "\$*" >>"$w/apt"
	if [ -s "$w/locked" ]; then
		sed -i 1d "$w/locked"
		echo "E: Could not get lock /var/lib/apt/lists/lock. It is held by process 1 (apt-get)" >&2
		exit 100
	fi
	[[ \$* != *install* ]] || {
		for p; do [[ \$p != pkg-* || -e $w/stingy ]] || ln -s /bin/true "$w/bin/thing-\${p#pkg-}"; done
		[ ! -e "$w/daemon" ] || { sleep 300 >/dev/null 2>&1 & echo \$! >"$w/daemon"; }
	}
END
chmod +x "$w/bin/apt-get"
anew() { rm -f "$w"/bin/thing-* "$w"/{apt,stingy,daemon,locked}; : >"$w/apt"; }
deps() { env PATH="$w/bin:$PATH" scripts/host/deps.sh "$@"; }

anew
refused "GMEM_INSTALL=0: says what is missing, for what" 'not to install.* build: +pkg-a pkg-b +deb: +pkg-b pkg-c .*apt-get install .* pkg-a pkg-b pkg-c' \
	env GMEM_INSTALL=0 PATH="$w/bin:$PATH" scripts/host/deps.sh build deb
is "... and installs nothing" "" "$(cat "$w/apt")"
run deps build deb
is "two lists: installed" 0 "$rc"
is "... all at once" "-y --no-install-recommends install pkg-a pkg-b pkg-c" "$(sed -n 's/.*\(-y .*install\)/\1/p' "$w/apt")"
like "... said before" 'GMEM_INSTALL=0.* build: +pkg-a pkg-b +deb: +pkg-b pkg-c +install packages' "$(tr '\n' ' ' <<<"$said")"
ok "... apt waits for dpkg's lock" grep -q 'DPkg::Lock::Timeout=[1-9]' "$w/apt"
: >"$w/apt"
run deps build deb
is "nothing is missing: nothing is said" "0 " "$rc $said"
is "... nor asked of apt" "" "$(cat "$w/apt")"
anew
run deps
is "no list: build" "pkg-a pkg-b" "$(sed -n 's/.* install //p' "$w/apt")"
anew
refused "no such list: says which there are, before anything" 'no list of packages "debb": there are build deb' deps build debb
is "... installs nothing" "" "$(cat "$w/apt")"
refused "no list either" 'no list of packages "../needs/deb"' deps ../needs/deb
printf '1\n2\n' >"$w/locked"
run deps build
is "apt is in use by another program: waits" "0 4" "$rc $(grep -c . "$w/apt")"
anew
seq 100 >"$w/locked"
refused "... but not for ever" 'Could not get lock' env GMEM_APT_WAIT=1 PATH="$w/bin:$PATH" scripts/host/deps.sh
anew
: >"$w/stingy"
refused "apt succeeds, and yet something is missing" 'still not there: pkg-a pkg-b' deps
anew
: >"$w/daemon"
run with_lock outer env PATH="$w/bin:$PATH" scripts/host/deps.sh
is "a package starts a daemon: installed" 0 "$rc"
ok "... it is running" kill -0 "$(cat "$w/daemon")"
ok "... and holds none of our locks" eval 'flock -n "$w/cache/lock/apt" true && flock -n "$w/cache/lock/outer" true'
kill "$(cat "$w/daemon")"

# Without root: a PATH in which sudo is ours, or none.
mkdir "$w/user"
ln -s /usr/bin/* "$w/user/"
rm -f "$w"/user/{sudo,id,apt-get}
printf '#!/bin/sh\necho 1000\n' >"$w/user/id"
chmod +x "$w/user/id"
ln -s "$w/bin/apt-get" "$w/user/"
anew
refused "neither root nor sudo: says so" 'neither root nor sudo.*pkg-a pkg-b' env PATH="$w/user:$w/bin" scripts/host/deps.sh
printf '#!/bin/sh\n[ "$1" != -n ] || shift\necho "sudo $*" >>"%s/apt"\nexec "$@"\n' "$w" >"$w/user/sudo"
chmod +x "$w/user/sudo"
run env PATH="$w/user:$w/bin" scripts/host/deps.sh
is "not root: by sudo" "0 1" "$rc $(grep -c '^sudo .*apt-get .*install pkg-a pkg-b' "$w/apt")"
anew
refused "another distribution: its names" 'this is Fedora Linux.* build: +fed-a fed-b' env GMEM_OS_RELEASE="$w/fedora" PATH="$w/bin:$PATH" scripts/host/deps.sh
is "... and nothing is installed" "" "$(cat "$w/apt")"
is "every list names command, Debian's and Fedora's package" "" "$(awk '!/^#/ && NF && NF != 3 { print FILENAME ": " $0 }' "$top"/scripts/host/needs/*)"

# --- cleaning up ------------------------------------------------------------------

names() { sed '/^#/d' scripts/host/cache | cut -d ' ' -f 1; }
# full: a checkout and a cache with something of everything in it.
full() {
	local name
	mkdir -p build/{log,packages,.hidden} "$w/cache"
	while read -r name; do
		mkdir -p "$w/cache/${name/\*/slim}"
		: >"$w/cache/${name/\*/slim}/x"
	done < <(names)
	echo "the user's" >"$w/cache/other"
}
# kept NAME: nothing that full made is gone.
kept() {
	local gone
	gone=$(for d in $(names); do [ -e "$w/cache/${d/\*/slim}/x" ] || echo "$d"; done
		for d in log packages .hidden; do [ -e "build/$d" ] || echo "build/$d"; done)
	is "$1" "" "$gone"
}
clean=scripts/host/clean.sh
rm -rf "$w/cache"
full
run "$clean" --help
is "clean.sh --help says what it does" 0 "$rc"
kept "... and does nothing"
refused "another word" 'does not take "al"' "$clean" al
refused "... or a second one" 'does not take "more"' "$clean" all more
kept "... and it does nothing"

# sleeper: a program that says who it is, and that it is there, in $w/pid.
printf '#!/bin/bash\necho $$ >"%s/pid"\nexec sleep 300\n' "$w" >"$w/sleeper"
chmod +x "$w/sleeper"
asleep() { until [ -s "$w/pid" ]; do sleep 0.1; done; }
wake() { # JOB: ends the sleeper, and waits for what started it
	kill "$(cat "$w/pid")"
	wait "$1" 2>/dev/null || :
	rm "$w/pid"
}
with_lock src "$w/sleeper" &
job=$!
asleep
refused "somebody builds: the cache stays" '"src".* by process [0-9]+' "$clean" all
kept "... all of it"
wake $job
printf '#!/bin/bash\n"%s/sleeper"\n:\n' "$w" >scripts/host/long.sh
bash scripts/host/long.sh &
job=$!
asleep
refused "a script of this checkout runs" "scripts/host/long.sh is running here .process $job" "$clean"
kept "... nothing goes"
wake $job

alive=/dev/shm/linux-gmem.$$.test0000 dead=/dev/shm/linux-gmem.$job.test0000
mkdir "$alive" "$dead"
run "$clean"
is "clean" 0 "$rc"
ok "... removes build, and not the cache" eval '[ ! -e build ] && [ -e "$w/cache/git/x" ]'
ok "... what a dead process left in memory goes, that of a living one stays" eval '[ ! -e "$dead" ] && [ -e "$alive" ]'
rm -rf "$alive" "$dead"
full
run "$clean" all
is "clean all" 0 "$rc"
is "... leaves what is not ours" "other" "$(ls -A "$w/cache")"
rm "$w/cache/other"
full
rm "$w/cache/other"
run "$clean" all
ok "... and nothing at all if there is nothing else" test ! -e "$w/cache" -a ! -e build
# $cache/NAME and $cache/{NAME,NAME}, wherever a script says so.
is "no script puts anything else into the cache" "" "$(grep -rhoE --include='*.sh' --include='*.t' '\$(cache|\{cache:?\?*\})"?/(\{[a-z,-]+\}|[a-z][a-z.-]*)' "$top"/{scripts,selftests,cocci} |
	sed -E 's|.*/||' | tr -d '{}' | tr , '\n' | sort -u | grep -vxF "$(names | sed 's/\*$//')")"

done_testing
