/* The weekly war of winset.theory.weekly_war in plain C: float32, exp and log, one war after another.
   params: six rows of n: p, a_A, n_A, a_B, n_B, c. Luck: Threefry 2x32-20, key (seed, 0), counter (draw, week/2). */
#include <math.h>
#include <stdint.h>

static uint32_t turn(uint32_t x, int r) { return x << r | x >> (32 - r); }

static void threefry(uint32_t seed, uint32_t x, uint32_t y, uint32_t *even, uint32_t *odd)
{
    static const int turns[2][4] = {{13, 15, 26, 6}, {17, 29, 16, 24}};
    const uint32_t key[3] = {seed, 0, seed ^ 0x1BD11BDAu};
    x += key[0];
    y += key[1];
    for (int block = 0; block < 5; block++) {
        for (int i = 0; i < 4; i++) {
            x += y;
            y = turn(y, turns[block % 2][i]) ^ x;
        }
        x += key[(block + 1) % 3];
        y += key[(block + 2) % 3] + block + 1;
    }
    *even = x;
    *odd = y;
}

static float victory(float m, int s, int forts)
{
    float r = (1 - m) / m;
    if (fabsf(r - 1) < 1e-4f)
        return s / (float)forts;
    float step = logf(r);
    return (1 - expf(s * step)) / (1 - expf(forts * step));
}

void settle(const float *params, long n, uint32_t seed, int forts, int start, int weeks,
            int8_t *outcome, int16_t *week, float *share)
{
    for (long i = 0; i < n; i++) {
        float p = params[i], a_A = params[n + i], n_A = params[2 * n + i];
        float a_B = params[3 * n + i], n_B = params[4 * n + i], c = params[5 * n + i];
        int s = start, wins = 0;
        uint32_t even, odd = 0;
        outcome[i] = 0;
        week[i] = weeks;
        share[i] = 0;
        for (int t = 0; t < weeks; t++) {
            float V_A = victory((a_A + wins) / (n_A + t), s, forts);
            float V_B = victory((a_B + wins) / (n_B + t), s, forts);
            if (V_A - V_B <= c) {
                outcome[i] = 3;
                week[i] = t;
                share[i] = (V_A + V_B) / 2;
                break;
            }
            if (t % 2 == 0)
                threefry(seed, (uint32_t)i, (uint32_t)t / 2, &even, &odd);
            uint32_t word = t % 2 ? odd : even;
            int win = (word >> 8) * 0x1p-24f < p;
            s += win ? 1 : -1;
            wins += win;
            if (s == forts || s == 0) {
                outcome[i] = s ? 1 : 2;
                week[i] = t + 1;
                break;
            }
        }
    }
}
