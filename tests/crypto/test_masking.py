"""What somebody without the permission sees."""

import pytest

from zhibu.kernel.crypto import mask, mask_address, mask_bank, mask_identity, mask_phone


@pytest.mark.parametrize(
    ("masker", "value", "shown"),
    [
        (mask_identity, "440102195803122246", "4401**********2246"),
        (mask_identity, "440102580312224", "4401*******2224"),
        (mask_identity, "E12345678", "E1*****78"),
        (mask_identity, "1234", "****"),
        (mask_identity, "", ""),
        (mask_phone, "13812341234", "138****1234"),
        (mask_phone, "138 1234-1234", "138****1234"),
        (mask_phone, "02083331234", "02*****1234"),
        (mask_phone, "83331234", "******34"),
        (mask_phone, "110", "*10"),
        (mask_bank, "6222021234567890123", "***************0123"),
        (mask_bank, "0123", "****"),
        (mask_address, "广东省广州市越秀区东风东路 12 号", "广东省广州市******"),
        (mask_address, "广州市越秀区东风东路 12 号", "广州市越秀区******"),
        (mask_address, "某处 12 号", "******"),
        (mask_address, "", ""),
        (mask, "张伟", "张****"),
        (mask, "高血压三级", "高****"),
        (mask, "无", "*"),
    ],
)
def test_masks(masker, value, shown):
    assert masker(value) == shown
