// SPDX-License-Identifier: GPL-2.0
static int block_return(u64 first, unsigned long nr)
{
	direct_map_put(first, nr); /* bad */

	return rmp_make_shared_range(first, nr, NULL);
}
