"""Ten states on the years of delay of a limit on the emissions of cars (Bueno de Mesquita and Stokman 1994)."""

import numpy as np

NAMES = "Netherlands Belgium Luxembourg Germany France Italy UK Ireland Denmark Greece".split()
YEARS = np.array([4.0, 7, 4, 4, 10, 10, 10, 7, 4, 7])
CAPABILITY = np.array([0.08, 0.08, 0.03, 0.16, 0.16, 0.16, 0.16, 0.05, 0.05, 0.08])
SALIENCE = np.array([0.8, 0.4, 0.2, 0.8, 0.6, 0.6, 0.9, 0.1, 1.0, 0.7])
