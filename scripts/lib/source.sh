# shellcheck shell=bash
# Sourced, after lib.sh and git.sh, by what makes a base commit of somebody's sources:
# archives unpacked, folders made into commits.  Runs nothing by itself.
# Longer than two screens: a library, of short functions.

# kernel_version <Makefile: VERSION.PATCHLEVEL.SUBLEVEL, as in BASE.
kernel_version() {
	awk '$2 == "=" && $1 ~ /^(VERSION|PATCHLEVEL|SUBLEVEL|EXTRAVERSION)$/ { v[$1] = $3 }
		END { printf "%s.%s.%s%s\n", v["VERSION"], v["PATCHLEVEL"], v["SUBLEVEL"], v["EXTRAVERSION"] }'
}

# unpack FILE FOLDER: the source in FILE (a tarball, or a Debian package linux-source-*)
# into FOLDER, which does not exist yet.
unpack() {
	local file=$1 dest=$2 parts=$2.parts member
	mkdir "$parts"
	case $file in
	*.deb)
		need ar
		member=$(ar t "$file" | grep '^data\.tar') || die "$file is not a Debian package"
		# The package packs the source a second time, as an .xz.
		ar p "$file" "$member" | decompress "$member" |
			tar -f - -x -O --wildcards '*/linux-source-*.tar.xz' |
			decompress .xz | tar -f - -x --no-same-owner -C "$parts"
		;;
	*.tar | *.tar.*)
		# shellcheck disable=SC2094 # NAME is only looked at
		decompress "$file" <"$file" | tar -f - -x --no-same-owner -C "$parts"
		;;
	*) die "$file is neither a tarball (.tar.*) nor a Debian package (.deb)" ;;
	esac
	# One folder with everything in it, as kernel.org and Debian have it.
	set -- "$parts"/*
	if [ $# -ne 1 ] || [ ! -e "$1/Makefile" ]; then
		die "$file does not hold one folder with a source in it"
	fi
	mv "$1" "$dest"
	rmdir "$parts"
}

# decompress NAME: standard input, compressed as the end of NAME says.
decompress() {
	case $1 in
	*.tar) cat ;;
	*.xz) need xz && xz -dc -T0 ;;
	*.zst) need zstd && zstd -dc ;;
	*.gz) gzip -dc ;;
	*.bz2) need bzip2 && bzip2 -dc ;;
	*) die "$1: unknown compression" ;;
	esac
}

# memory_scratch: a new folder for one unpacked kernel, in memory if there is
# plenty: its 96,000 files are only read once, and a disk may take minutes to
# forget them.
memory_scratch() {
	local free
	free=$(awk '$1 == "MemAvailable:" { print $2 }' /proc/meminfo)
	if [ "$free" -gt 6000000 ] && [ -w /dev/shm ] &&
		[ "$(df -k --output=avail /dev/shm | tail -n 1)" -gt 3000000 ]; then
		mktemp -d "/dev/shm/linux-gmem.$$.XXXXXXXX"
	else
		scratch
	fi
}

# import_folder FOLDER REPO: adds what is in FOLDER to the bare repository
# REPO, prints the tree's hash.  Nearly all contents go straight into one pack.
import_folder() {
	local src=$1 repo=$2
	# Debian's ignore list ends with lines that hide everything from git.
	if grep -q '^# Debian packaging' "$src/.gitignore" 2>/dev/null; then
		awk '{ line[NR] = $0 }
			/^# Debian packaging/ { end = NR - 1 }
			END {
				while (end > 0 && (line[end] == "#" || line[end] == ""))
					end--
				for (i = 1; i <= end; i++)
					print line[i]
			}' "$src/.gitignore" >"$src/.gitignore.new"
		mv "$src/.gitignore.new" "$src/.gitignore"
	fi
	# Debian takes firmware out of the tarball that QEMU would unpack.
	[ ! -e "$src/meson.build" ] ||
		sed -i 's/^\( *unpack_edk2_blobs = \)bzip2\.found()$/\1false/' "$src/meson.build"
	# -f: what the kernel's own ignore list names is in the tarball all the same.
	GIT_DIR=$repo GIT_WORK_TREE=$src pgit \
		-c core.bigFileThreshold=1 -c core.compression=1 \
		-c core.fileMode=true -c core.symlinks=true add -A -f
	GIT_DIR=$repo pgit write-tree
	rm -f "$repo/index"
}

# base_commit REPO TREE NAME VERSION SECONDS: HEAD of the bare repository REPO is the base
# commit of TREE, and all of it is in one pack.  Prints the commit.
base_commit() {
	local commit
	commit=$(base_commit_text "${@:2}" | pgit -C "$1" hash-object -t commit -w --stdin)
	pgit -C "$1" symbolic-ref HEAD refs/heads/base
	pgit -C "$1" update-ref refs/heads/base "$commit"
	rm -f "$1/shallow" "$1/FETCH_HEAD"
	# The contents are in one pack already; with the trees, one again.
	pgit -C "$1" repack -q -a -d --window=0
	printf '%s\n' "$commit"
}

# base_commit_text TREE NAME VERSION SECONDS: the text of the base commit of TREE, of that
# date; everybody makes the same of it.  Its title is NAME and the version, of which
# 7.4.0 is called 7.4, as upstream does.
base_commit_text() {
	local who="linux-gmem base <base@localhost> $4 +0000"
	printf 'tree %s\nauthor %s\ncommitter %s\n\n%s%s\n' "$1" "$who" "$who" "$2" "${3%.0}"
}
