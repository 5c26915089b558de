// SPDX-License-Identifier: GPL-2.0
static vm_fault_t gmem_fault(struct vm_fault *vmf)
{
	struct inode *inode = file_inode(vmf->vma->vm_file);
	struct folio *folio = kvm_gmem_get_folio(inode, vmf->pgoff);

	if (IS_ERR(folio))
		return VM_FAULT_SIGBUS;

	vmf->page = folio_file_page(folio, vmf->pgoff); /* bad */
	return VM_FAULT_LOCKED;
}
