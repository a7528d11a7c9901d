"""What others do, each with the setting that does best on the kind of section (chosen with the truth, which flatters them).

peers.py OUT: for every OUT/SEED/KIND writes lines "kind method error damage" and "kind noise method psnr ssim". Needs numpy, scipy, PyWavelets, scikit-image
(apt-get install python3-numpy python3-scipy python3-pywt python3-skimage python3-pil).
"""
import pathlib, sys
import numpy as np, pywt
from scipy import ndimage as ndi
from skimage import restoration
from skimage.metrics import structural_similarity
from sections import load


def wavelet_fft(im, levels, sigma, wavelet='db8'):
    """Muench et al. 2009, doi:10.1364/OE.17.008567: damps the vertical details' low frequencies along y."""
    pad = 64
    a, details = np.pad(im, pad, mode='reflect').astype(np.float64), []
    for _ in range(levels):
        a, (h, v, d) = pywt.dwt2(a, wavelet, mode='symmetric')
        f = np.fft.fft(v, axis=0)
        k = np.fft.fftfreq(v.shape[0]) * v.shape[0]
        v = np.real(np.fft.ifft(f * (1 - np.exp(-k ** 2 / (2 * sigma ** 2)))[:, None], axis=0))
        details.append((h, v, d))
    for h, v, d in reversed(details):
        a = pywt.idwt2((a[:h.shape[0], :h.shape[1]], (h, v, d)), wavelet, mode='symmetric')
    return a[pad:pad + im.shape[0], pad:pad + im.shape[1]]


def column_median(im, length, width):
    """A running median along each column of what a running mean along x leaves, on means of four rows."""
    rest = im - ndi.uniform_filter1d(im, width, axis=1, mode='mirror')
    h = im.shape[0] // 4 * 4
    stripes = ndi.median_filter(rest[:h].reshape(-1, 4, im.shape[1]).mean(1), size=(length // 4 | 1, 1), mode='mirror')
    at = np.clip((np.arange(im.shape[0]) + 0.5) / 4 - 0.5, 0, len(stripes) - 1)
    return im - ndi.map_coordinates(stripes, np.stack(np.meshgrid(at, np.arange(im.shape[1]), indexing='ij')), order=1)


def unidirectional_tv(im, weight, rounds=40):
    """Bouali and Ladjal 2011, doi:10.1109/TGRS.2011.2119399: min |d_y (u - f)| + weight |d_x u|, by split Bregman; periodic beyond a mirrored margin."""
    scale = im.std()
    pad = 64
    f = np.pad(im, pad, mode='reflect') / scale
    dx, dy = (lambda u: np.roll(u, -1, 1) - u), (lambda u: np.roll(u, -1, 0) - u)
    tx, ty = (lambda u: np.roll(u, 1, 1) - u), (lambda u: np.roll(u, 1, 0) - u)
    wx = 2 - 2 * np.cos(2 * np.pi * np.fft.fftfreq(f.shape[1]))[None, :]
    wy = 2 - 2 * np.cos(2 * np.pi * np.fft.fftfreq(f.shape[0]))[:, None]
    shrink = lambda v, t: np.sign(v) * np.maximum(np.abs(v) - t, 0)
    u, a, b, p, q, fy = f.copy(), 0 * f, 0 * f, 0 * f, 0 * f, dy(f)
    for _ in range(rounds):
        right = ty(fy + a - p) + weight * tx(b - q)
        u = np.real(np.fft.ifft2(np.fft.fft2(right) / np.maximum(wy + weight * wx, 1e-9)))
        u += f.mean() - u.mean()
        v, w = dy(u) - fy + p, dx(u) + q
        a, b = shrink(v, 0.02), shrink(w, 0.02 * np.sqrt(weight))
        p, q = v - a, w - b
    return u[pad:pad + im.shape[0], pad:pad + im.shape[1]] * scale


DESTRIPERS = {
    'wavelet-FFT': (wavelet_fft, [(l, s) for l in (4, 5, 6, 7) for s in (1, 2, 4, 8)]),
    'column median': (column_median, [(l, w) for l in (201, 401, 801) for w in (31, 121)]),
    'unidirectional TV': (unidirectional_tv, [(w,) for w in (0.05, 0.2, 0.8)]),
}
DENOISERS = {
    'non-local means': (lambda im, h: restoration.denoise_nl_means(im, patch_size=7, patch_distance=9, h=h * 900, sigma=900, fast_mode=True), [(h,) for h in (0.4, 0.6, 0.8, 1.0)]),
    'total variation': (lambda im, w: restoration.denoise_tv_chambolle(im / 900, weight=w) * 900, [(w,) for w in (0.5, 1, 1.5, 2.5)]),
    'wavelets, BayesShrink': (lambda im, levels: restoration.denoise_wavelet(im, wavelet_levels=levels, method='BayesShrink', rescale_sigma=False), [(2,), (4,)]),
}


def rms(a, b):
    return float(np.sqrt(np.mean((a.astype(np.float64) - b) ** 2)))


def main(out):
    seeds = sorted(p for p in pathlib.Path(out).iterdir() if p.is_dir())
    for kind in sorted({p.name for s in seeds for p in s.iterdir() if p.is_dir()}):
        cases = [(load(s / kind / '1' / 'striped.tif'), load(s / kind / '1' / 'tissue.tif')) for s in seeds]
        for name, (filt, settings) in DESTRIPERS.items():
            errors = {p: np.mean([rms(filt(a, *p), t) for a, t in cases]) for p in settings}
            best = min(errors, key=errors.get)
            print(f'{kind}\t{name}\t{errors[best]:.0f}\t{np.mean([rms(filt(t, *best), t) for _, t in cases]):.0f}', flush=True)
        for noise in ('white', 'poisson', 'correlated'):
            if not (seeds[0] / kind / f'noise-{noise}.tif').exists():
                continue
            cases = [(load(s / kind / f'noise-{noise}.tif'), load(s / kind / 'clean.tif')) for s in seeds]
            for name, (filt, settings) in DENOISERS.items():
                def psnr(p): return np.mean([20 * np.log10((t.max() - t.min()) / rms(filt(a, *p), t)) for a, t in cases])
                best = max(settings, key=psnr)
                ssim = np.mean([structural_similarity(filt(a, *best).astype(np.float32), t, data_range=float(t.max() - t.min())) for a, t in cases])
                print(f'{kind}\t{noise}\t{name}\t{psnr(best):.1f}\t{ssim:.2f}', flush=True)


if __name__ == '__main__':
    main(sys.argv[1])
