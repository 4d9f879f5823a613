import type { World } from "./world.js";

/** What the holders of a session's tokens do, for some rotations or until it ends. */
export type Story = (world: World) => Promise<void>;

const ROTATIONS = 25;

/** Calls `rotation` about every two minutes, which is longer than the grace. */
async function forRotations(world: World, rotation: (nth: number) => Promise<void>): Promise<void> {
  for (let nth = 0; nth < ROTATIONS && world.isLive; nth++) {
    world.wait(60_000 + world.random.below(120_000));
    await rotation(nth);
  }
}

/** Shorter than a third of the grace. */
const briefly = (world: World): void => world.wait(200 + world.random.below(2_800));

/**
 * A phone that moves from network to network. Where it does so during a refresh, the answer is lost and it asks again from the
 * next network, which may be lost too; at up to `inARow` rotations in a row.
 */
const phone =
  (inARow: number): Story =>
  async (world) => {
    let token = world.firstToken;
    let address = world.newAddress();
    let lost = 0;
    await forRotations(world, async () => {
      const answer = await world.refresh(token, address);
      if (lost === inARow || !world.random.chance(0.4)) {
        lost = 0;
        token = answer;
        return;
      }
      lost += 1;
      const losses = 1 + world.random.below(2);
      const before = token;
      for (let loss = 0; loss < losses; loss++) {
        briefly(world);
        address = world.newAddress();
        token = await world.refresh(before, address);
      }
    });
  };

/** Honest clients, none of which may be signed out. */
export const HONEST = {
  "a phone whose answer is lost when it changes its network": phone(1),
  "a phone to which that happens at two rotations in a row": phone(2),

  /** The answer of every third refresh is lost between two networks that the phone keeps changing. */
  async "a phone between two networks"(world) {
    const addresses = [world.newAddress(), world.newAddress()] as const;
    let token = world.firstToken;
    let at = 0;
    await forRotations(world, async () => {
      let answer = await world.refresh(token, addresses[at % 2] ?? "");
      if (world.random.chance(0.34)) {
        briefly(world);
        at += 1;
        answer = await world.refresh(token, addresses[at % 2] ?? "");
      }
      token = answer;
    });
  },

  /** At every fifth rotation both tabs refresh at once, each over either protocol. */
  async "two tabs on a host with IPv4 and IPv6"(world) {
    const addresses = ["192.0.2.1", "2001:db8:1:2::1"] as const;
    let token = world.firstToken;
    await forRotations(world, async () => {
      const before = token;
      token = await world.refresh(before, world.random.pick(addresses));
      if (!world.random.chance(0.2)) return;
      world.wait(world.random.below(300));
      token = await world.refresh(before, world.random.pick(addresses));
    });
  },

  /** Each request of the client has another address; one answer in fifty is lost. */
  async "a mobile client with an address for each request"(world) {
    let token = world.firstToken;
    await forRotations(world, async () => {
      let answer = await world.refresh(token, world.newAddress());
      if (world.random.chance(0.02)) {
        briefly(world);
        answer = await world.refresh(token, world.newAddress());
      }
      token = answer;
    });
  },

  async "five tabs behind one address"(world) {
    let token = world.firstToken;
    await forRotations(world, async () => {
      const before = token;
      for (let tab = 0; tab < 5; tab++) token = await world.refresh(before, "192.0.2.1");
    });
  },
} as const satisfies Record<string, Story>;

/** The owner refreshes at home; `steal` begins after some rotations. Each party keeps the token that it got last. */
const stolen =
  (
    steal: (world: World, thiefsToken: string, thiefsAddress: string, nth: number) => Promise<string>,
  ): Story =>
  async (world) => {
    const from = world.random.below(10);
    const thiefsAddress = world.newAddress();
    let [ownersToken, thiefsToken] = [world.firstToken, world.firstToken];
    await forRotations(world, async (nth) => {
      if (nth <= from) thiefsToken = ownersToken;
      ownersToken = await world.refresh(ownersToken, "192.0.2.1");
      if (nth < from) return;
      briefly(world);
      thiefsToken = await steal(world, thiefsToken, thiefsAddress, nth);
    });
  };

/** Thieves who use a stolen token after its owner. Each session has to end while the owner is active. */
export const THIEVES = {
  /** Sees `last_active_at` move, and presents the token before within the grace, again and again. */
  "a thief who shadows the owner": stolen((world, token, address) => world.refresh(token, address)),

  "a thief who shadows the owner from a new network each time": stolen((world, token) =>
    world.refresh(token, world.newAddress()),
  ),

  "a thief who shadows the owner at two of three rotations": stolen((world, token, address, nth) =>
    nth % 3 === 0 ? Promise.resolve(token) : world.refresh(token, address),
  ),

  "a thief who comes once the grace is over": stolen((world, token, address) => {
    world.wait(20_000);
    return world.refresh(token, address);
  }),
} as const satisfies Record<string, Story>;

/** The thief rotates the token a few seconds before the owner refreshes, each time. */
export const thiefBeforeTheOwner: Story = async (world) => {
  let token = world.firstToken;
  await forRotations(world, async (nth) => {
    const before = token;
    if (nth > 0) token = await world.refresh(before, "198.51.100.1");
    briefly(world);
    token = await world.refresh(before, "192.0.2.1");
  });
};
