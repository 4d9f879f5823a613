import { lowerQuartileOf } from "./figure.js";
import { throttledLoad } from "./throttled-load.js";

const SLOWER_BY = 4;
const LOADS = 6;
const WORK_LOADS = 12;

/** Time until the reference page is interactive on the machine that the bound of one second is meant for, in milliseconds. */
const REFERENCE_MS = 270;

/** Measured: 2.1 to 2.2, on an idle and on a busy machine. With 40 % more work in the page it is 2.6 or more. */
const WORK_AT_MOST = 2.4;

/**
 * One measurement per load of each page: time or work.
 *
 * @typedef {object} Measurements
 * @property {readonly number[]} login the sign-in page
 * @property {readonly number[]} reference the smallest page with the same form
 */

/**
 * Measures how soon the sign-in page is interactive on a processor four times slower than this one, relative to the smallest
 * page with the same form, which calibrates the machine's current speed. Noise only adds time, so the lower quartile counts.
 *
 * @param {import("playwright").Browser} browser
 * @param {{ login: string, reference: string }} urls
 * @returns {Promise<import("./figure.js").Figure[]>}
 */
export async function interactiveFigures(browser, urls) {
  const times = await alternate(LOADS, async (page) => {
    return (await throttledLoad(browser, urls[page], SLOWER_BY)).readyMs;
  });
  // Throttling would count as work, because it keeps the thread busy.
  const work = await alternate(
    WORK_LOADS,
    async (page) => (await throttledLoad(browser, urls[page], 1)).workMs,
  );
  return figuresOf(times, work);
}

/**
 * Alternates loads of the two pages.
 *
 * @param {number} loads per page
 * @param {(page: "login" | "reference") => Promise<number>} measure
 * @returns {Promise<Measurements>}
 */
async function alternate(loads, measure) {
  const login = [];
  const reference = [];
  for (let load = 0; load < loads; load += 1) {
    reference.push(await measure("reference"));
    login.push(await measure("login"));
  }
  return { login, reference };
}

/**
 * Bounds the time at one second, and the work at its present value plus a margin for noise. A slower processor multiplies the
 * work, and a third more of it exceeds the bound on any machine.
 *
 * @param {Measurements} times in milliseconds
 * @param {Measurements} work in any unit
 * @returns {import("./figure.js").Figure[]}
 */
export function figuresOf(times, work) {
  const loginMs = lowerQuartileOf(times.login);
  const referenceMs = lowerQuartileOf(times.reference);
  return [
    {
      name: "/login interactive on this machine, processor 4 times slower",
      value: loginMs,
      atMost: null,
      unit: "ms",
    },
    {
      name: "smallest React page interactive on this machine, processor 4 times slower",
      value: referenceMs,
      atMost: null,
      unit: "ms",
    },
    {
      name: `/login interactive if the smallest React page takes ${REFERENCE_MS} ms`,
      value: (loginMs / referenceMs) * REFERENCE_MS,
      atMost: 1000,
      unit: "ms",
    },
    {
      name: "/login processor time, relative to the smallest React page",
      value: lowerQuartileOf(work.login) / lowerQuartileOf(work.reference),
      atMost: WORK_AT_MOST,
      unit: "times",
    },
  ];
}
