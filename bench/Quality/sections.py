"""Sections with known truth: tissue of phantoms and of real volumes, planted curtains, planted noise. float32 files, (y, x).

sections.py TISSUE OUT SEED: TISSUE/KIND/0.tif, 1.tif ... are consecutive sections of each kind; OUT/KIND gets, for each, tissue.tif (with its
noise, without curtains) and striped.tif, and noise-KIND.tif of the first one.
"""
import pathlib, sys
import numpy as np
from PIL import Image
from scipy import ndimage as ndi

STRIPES = 600          # root mean square of the curtains, grey levels
NOISE = 900            # standard deviation of the planted noise
SPREAD = 2200          # standard deviation to which real tissue is brought


def curtains(shape, rng, rms=STRIPES):
    """Curtains 1 to 60 pixels wide, of limited length, slanted by 0.5 degrees (standard deviation), and some wide shadows."""
    H, W = shape
    y, x = np.mgrid[0:H, 0:W].astype(np.float32)
    out = np.zeros(shape, np.float32)
    widths = np.exp(rng.uniform(0, np.log(60), max(8, W // 5)))
    for w in [*widths, *rng.uniform(100, 250, 3)]:
        strength = rng.normal() * (w ** -0.25 if w <= 60 else 0.5)
        top, length = rng.uniform(-H, H), np.exp(rng.uniform(np.log(H / 6), np.log(3 * H)))
        ends = np.clip(np.minimum(y[:, :1] - top, top + length - y[:, :1]) / 40, 0, 1)
        middle = rng.uniform(-w, W + w) + np.tan(np.radians(rng.normal() * 0.5)) * (y[:, :1] - H / 2)
        out += strength * (3 - 2 * ends) * ends ** 2 * np.exp(-0.5 * ((x - middle) / (w / 2.35)) ** 2)
    out -= out.mean()
    return out * (rms / out.std())


def noise(clean, kind, rng, deviation=NOISE):
    """White noise, noise whose variance follows the grey level (Poisson-like), or white noise smoothed by 0.8 pixels, all of one deviation."""
    white = rng.normal(size=clean.shape).astype(np.float32)
    if kind == 'poisson':
        level = np.clip(clean - clean.min() + 2000, 1, None)
        white *= np.sqrt(level / level.mean())
    if kind == 'correlated':
        white = ndi.gaussian_filter(white, 0.8)
    return clean + white * (deviation / white.std())


def load(path):
    return np.array(Image.open(path)).astype(np.float32)


def save(path, image):
    Image.fromarray(image.astype(np.float32)).save(path)


def main(tissue, out, seed):
    for folder in sorted(p for p in pathlib.Path(tissue).iterdir() if p.is_dir()):
        rng = np.random.default_rng([seed, *folder.name.encode()])
        images = [load(p) for p in sorted(folder.glob('*.tif'), key=lambda p: int(p.stem))]
        if images[0].max() < 256:      # 8 bits: a phantom's level and spread
            images = [(im - images[0].mean()) * (SPREAD / images[0].std()) + 28000 for im in images]
            own = 0.2
        else:
            own = 1
        for k, im in enumerate(images):
            to = pathlib.Path(out, folder.name, str(k)); to.mkdir(parents=True, exist_ok=True)
            noisy = im + own * 800 * rng.normal(size=im.shape).astype(np.float32)
            save(to / 'tissue.tif', noisy)
            save(to / 'striped.tif', noisy + curtains(im.shape, rng))
        to = pathlib.Path(out, folder.name)
        clean = images[0]
        if folder.name == 'D':          # its own noise is as strong as what would be planted: it has no truth to denoise to
            continue
        if own < 1:                     # halved, a real section has little noise of its own
            h, w = clean.shape[0] // 2, clean.shape[1] // 2
            clean = clean[:2 * h, :2 * w].reshape(h, 2, w, 2).mean((1, 3))
        clean = clean[:512, :512]
        save(to / 'clean.tif', clean)
        for kind in ('white', 'poisson', 'correlated'):
            save(to / f'noise-{kind}.tif', noise(clean, kind, rng))


if __name__ == '__main__':
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]))
