// SPDX-License-Identifier: GPL-2.0
int bind(struct tio_dev *dev, struct folio *folio)
{
	int rc;

	rc = rmp_make_private(folio_pfn(folio), 0, PG_LEVEL_2M, 0, true);
	if (rc < 0)
		return rc;

	if (!dev->bound) {
		folio_put(folio); /* bad */
		return -ENODEV;
	}
	dev->folio = folio;
	return 0;
}
