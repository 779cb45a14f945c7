"""Pictures: opened in full, turned upright, freed of everything but the pixels, written anew as JPEG."""

import io
import logging

from PIL import Image, ImageOps

from zhibu.kernel.files.policy import FileRefused, Policy

log = logging.getLogger("zhibu.files")
FORMATS = ("JPEG", "PNG", "WEBP")
DAMAGED = "图片不完整或已损坏，可能没有传完。请检查原图后重新上传。"
THUMBNAILS = (96, 320)  # longest edge in pixels


def reencode(content: bytes, policy: Policy) -> bytes:
    """Return the picture as a fresh JPEG: upright, without EXIF (place, camera) or anything hidden in it.

    Raises FileRefused for damage and for more pixels than the policy allows (checked before they are unpacked).
    """
    try:
        with Image.open(io.BytesIO(content), formats=FORMATS) as image:
            _check_size(image, policy)
            if image.format == "JPEG":
                image.draft("RGB", (policy.max_edge, policy.max_edge))
            image.load()
            return _as_jpeg(image, policy.max_edge, policy.quality)
    except FileRefused:
        raise
    except Image.DecompressionBombError:
        raise _too_many(policy) from None
    except Exception as error:  # decoders raise whatever a broken file leads them to
        log.info("refused a picture: %r", error)
        raise FileRefused(DAMAGED) from error


def thumbnail(content: bytes, size: int) -> bytes:
    """Return the stored picture scaled to fit a square of `size` pixels, as JPEG."""
    with Image.open(io.BytesIO(content), formats=("JPEG",)) as image:
        image.draft("RGB", (size * 2, size * 2))
        return _as_jpeg(image, size, 82)


def _check_size(image: Image.Image, policy: Policy) -> None:
    if image.width * image.height > policy.max_pixels:
        raise _too_many(policy)


def _too_many(policy: Policy) -> FileRefused:
    limit = policy.max_pixels // 10_000
    return FileRefused(f"图片的像素太多，超过上限 {limit} 万像素。请缩小后再上传。")


def _as_jpeg(image: Image.Image, edge: int, quality: int) -> bytes:
    upright = ImageOps.exif_transpose(image)
    if upright.has_transparency_data:
        layered = upright.convert("RGBA")
        plain = Image.new("RGB", layered.size, "white")
        plain.paste(layered, mask=layered.getchannel("A"))
    else:
        plain = upright.convert("RGB")
    plain.thumbnail((edge, edge), Image.Resampling.LANCZOS)
    out = io.BytesIO()
    plain.save(out, "JPEG", quality=quality, optimize=True, progressive=True)
    return out.getvalue()
