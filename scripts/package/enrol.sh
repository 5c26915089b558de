#!/bin/bash
# linux-gmem-enrol [--state] [CERT...]: makes this machine trust the certificate that a kernel
# is signed by, and says how things stand.  It can be run again at any time.
#
#   CERT      a certificate (PEM or DER); without it, those of the installed kernels,
#             /usr/share/linux-gmem/*.pem
#   --state   say how things stand and ask for nothing
#
# The state of each, one line: enrolled, pending (requested, to be confirmed at the next
# boot) or absent.  The exit status is 0 if all are enrolled, 3 if some are pending, 4 if some
# are absent, 1 for an error.  GMEM_SHARE=FOLDER has the certificates elsewhere.

# It is packaged: needs nothing of this repository.
set -euo pipefail

die() {
	printf 'error: %s\n' "$*" >&2
	exit 1
}

ask=1
if [ "${1:-}" = --state ]; then
	ask=0
	shift
fi
case ${1:-} in
-h | --help)
	sed -n -e '2,${/^#/!q;s/^# \{0,1\}//p}' "$0"
	exit
	;;
-*) die "linux-gmem-enrol does not take \"$1\"; usage: linux-gmem-enrol [--state] [CERT...]" ;;
esac
share=${GMEM_SHARE:-/usr/share/linux-gmem}
if [ $# -eq 0 ]; then
	for f in "$share"/*.pem; do
		[ ! -e "$f" ] || set -- "$@" "$f"
	done
	[ $# -gt 0 ] || die "$share has no certificate: the installed kernels are not signed. If you signed one yourself, name its certificate: linux-gmem-enrol CERT"
fi
for t in mokutil openssl; do
	command -v $t >/dev/null || die "$t is not installed: install the package $t"
done

tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT

# mokutil says in words what it found, and not always by its exit status.
sb=$(LC_ALL=C mokutil --sb-state 2>&1) || true
case $sb in
*'SecureBoot enabled'*'validation is disabled'*) echo "Secure Boot: on, but shim does not check (mokutil --enable-validation)" ;;
*'SecureBoot enabled'*) echo "Secure Boot: on" ;;
*'SecureBoot disabled'*) echo "Secure Boot: off: kernels start without a signature; enrol now, then switch it on in the firmware's setup" ;;
*'not supported'*) die "this system did not boot by UEFI: there is no Secure Boot, and nothing to enrol" ;;
*) die "mokutil cannot tell the state of Secure Boot: $sb" ;;
esac

# state DER: enrolled, pending or absent.
state() {
	local said
	said=$(LC_ALL=C mokutil --test-key "$1" 2>&1) || true
	case $said in
	*'enrollment request'*) echo pending ;;
	*'already enrolled'* | *'already in db'* | *'built-in trusted keyring'*) echo enrolled ;;
	*'is not enrolled'*) echo absent ;;
	*) die "mokutil cannot tell the state of the certificate: $said" ;;
	esac
}

# Kernels of one build after the other have one certificate: once is enough.
n=0
for f; do
	[ -r "$f" ] || die "cannot read the certificate $f"
	openssl x509 -in "$f" -outform der -out "$tmp/new" 2>/dev/null ||
		openssl x509 -inform der -in "$f" -outform der -out "$tmp/new" 2>/dev/null ||
		die "$f is no certificate (PEM or DER)"
	sum=$(sha256sum <"$tmp/new" | cut -c1-16)
	[ ! -e "$tmp/$sum.der" ] || continue
	mv "$tmp/new" "$tmp/$sum.der"
	n=$((n + 1))
done

worst=0
for der in "$tmp"/*.der; do
	is=$(state "$der")
	if [ "$is" = absent ] && [ $ask = 1 ]; then
		echo "Choose a password; the firmware's screen asks for it once, at the next boot."
		mokutil --import "$der" || die "mokutil did not take the request; nothing was changed. Run this again (as root)"
		is=$(state "$der")
	fi
	echo "certificate $(openssl x509 -inform der -in "$der" -noout -subject -nameopt RFC2253 | sed 's/^subject=//') ($(basename "$der" .der)): $is"
	case $is in
	pending) [ $worst -ge 3 ] || worst=3 ;;
	absent) worst=4 ;;
	esac
done
case $worst in
3) cat <<'END'
To go on: reboot; press a key in shim's blue screen "Press any key to perform MOK management", choose
"Enroll MOK", "Continue", "Yes", type the password, "Reboot". The screen appears once, for ten seconds:
if it was missed, or the password forgotten, run linux-gmem-enrol again. (mokutil --timeout -1, before the
reboot, makes it wait for ever; it holds for that once.)
END
	;;
4) echo "To go on: run linux-gmem-enrol, as root." ;;
esac
exit $worst
