import { lowerQuartileOf } from "./figure.js";
import { throttledLoad } from "./throttled-load.js";

const SLOWER_BY = 4;
const LOADS = 6;
const WORK_LOADS = 12;

/** How soon the reference page hears a click on the machine that the bound of a second is meant for, in milliseconds. */
const REFERENCE_MS = 270;

/** 1.75 to 1.95 were measured, on a quiet machine and on a crowded one. */
const WORK_AT_MOST = 2.2;

/**
 * Two pages, loaded in turn: how long each load took, or how much work it was.
 *
 * @typedef {object} Turns
 * @property {readonly number[]} login of the sign-in page
 * @property {readonly number[]} reference of the smallest page that does the same
 */

/**
 * How soon the sign-in page hears a click on a processor four times slower than this one. How fast this machine is just
 * now is told by the smallest page that does the same; noise only adds, so that the lower quartile of the loads counts.
 *
 * @param {import("playwright").Browser} browser
 * @param {{ login: string, reference: string }} urls
 * @returns {Promise<import("./figure.js").Figure[]>}
 */
export async function interactiveFigures(browser, urls) {
  const times = await inTurn(LOADS, async (page) => {
    return (await throttledLoad(browser, urls[page], SLOWER_BY)).readyMs;
  });
  // A slower processor is made up by wasting this one's time, which would count as work.
  const work = await inTurn(WORK_LOADS, async (page) => (await throttledLoad(browser, urls[page], 1)).workMs);
  return figuresOf(times, work);
}

/**
 * @param {number} loads of each page
 * @param {(page: "login" | "reference") => Promise<number>} measure
 * @returns {Promise<Turns>}
 */
async function inTurn(loads, measure) {
  const login = [];
  const reference = [];
  for (let load = 0; load < loads; load += 1) {
    reference.push(await measure("reference"));
    login.push(await measure("login"));
  }
  return { login, reference };
}

/**
 * Time is held to a second, and work to what it is now with room for noise: it is what a slower processor multiplies, and
 * a third more of it is seen on any machine.
 *
 * @param {Turns} times in milliseconds
 * @param {Turns} work in any unit
 * @returns {import("./figure.js").Figure[]}
 */
export function figuresOf(times, work) {
  const loginMs = lowerQuartileOf(times.login);
  const referenceMs = lowerQuartileOf(times.reference);
  return [
    { name: "/login interactive here, processor 4 times slower", value: loginMs, atMost: null, unit: "ms" },
    { name: "the smallest React page, likewise", value: referenceMs, atMost: null, unit: "ms" },
    {
      name: `/login interactive where that takes ${REFERENCE_MS} ms`,
      value: (loginMs / referenceMs) * REFERENCE_MS,
      atMost: 1000,
      unit: "ms",
    },
    {
      name: "/login processor time, in smallest React pages",
      value: lowerQuartileOf(work.login) / lowerQuartileOf(work.reference),
      atMost: WORK_AT_MOST,
      unit: "times",
    },
  ];
}
