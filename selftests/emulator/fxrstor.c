// SPDX-License-Identifier: GPL-2.0-only
/*
 * Loads FPU state for ever.  In an emulator that has all processors write the flags of
 * the first one for it, guests there lose theirs (selftests/tests/snp.t).
 */
int main(void)
{
	static char state[512] __attribute__((aligned(16)));

	asm volatile("fxsave %0" : "=m" (state));
	for (;;)
		asm volatile("fxrstor %0" : : "m" (state));
}
