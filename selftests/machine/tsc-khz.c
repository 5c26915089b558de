// SPDX-License-Identifier: GPL-2.0
/*
 * Prints the rate of this processor's time stamp counter in kHz.
 *
 * TCG hands the host's counter to its guest.  The guest's kernel would measure it
 * with emulated timers, and on a busy host be wrong, once by a factor of 44; so it is
 * told (see machine.sh).
 */
#include <stdio.h>
#include <time.h>
#include <x86intrin.h>

struct sample {
	unsigned long long ns, tsc;
};

/* Both clocks at one instant: of many tries the one that took least. */
static struct sample now(void)
{
	unsigned long long best = ~0ULL, t0, t1;
	struct sample s = { 0, 0 };
	struct timespec ts;
	int i;

	for (i = 0; i < 1000; i++) {
		t0 = __rdtsc();
		clock_gettime(CLOCK_MONOTONIC_RAW, &ts);
		t1 = __rdtsc();
		if (t1 - t0 >= best)
			continue;
		best = t1 - t0;
		s.tsc = t0 + best / 2;
		s.ns = ts.tv_sec * 1000000000ULL + ts.tv_nsec;
	}
	return s;
}

int main(void)
{
	struct timespec pause = { .tv_nsec = 100 * 1000 * 1000 };
	struct sample a, b;

	a = now();
	nanosleep(&pause, NULL);
	b = now();
	printf("%llu\n", (b.tsc - a.tsc) * 1000000ULL / (b.ns - a.ns));
	return 0;
}
