// Takes a picture of every page: phone, laptop and wall, light and dark.  pictures.js FOLDER [MEMBERS]

import fs from "node:fs";
import path from "node:path";
import { enter, stop } from "./browser.js";
import { network } from "./network.js";
import { furnish, places } from "./places.js";

const [folder, count = "9"] = process.argv.slice(2);
fs.mkdirSync(folder, { recursive: true });
const screens = {
  phone: { viewport: { width: 390, height: 844 }, deviceScaleFactor: 2, isMobile: true },
  laptop: { viewport: { width: 1280, height: 800 } },
  wall: { viewport: { width: 2560, height: 1440 } },
};
const net = await network(Number(count));
try {
  const { members } = await net.json("BE", "status");
  const all = places(await furnish(net, members.map((it) => it.code)));
  const wanted = process.env.PLACES?.split(" ") ?? [...Object.keys(all), "sheet"];
  for (const [screen, options] of Object.entries(screens)) {
    for (const colorScheme of ["light", "dark"]) {
      const desk = await net.desk("BE");
      const { page, context } = await enter(desk, { colorScheme, ...options });
      for (const name of wanted) {
        if (name === "sheet") {
          await page.goto(desk.base + all.ballot);
          await page.check("input[value=in-favour]");
          await page.click("form.fill button.main");
          await page.waitForURL(/\/sign\//);
        } else {
          await page.goto(desk.base + all[name]);
        }
        await page.screenshot({ path: path.join(folder, `${name}-${screen}-${colorScheme}.png`), fullPage: screen !== "wall" });
      }
      await context.close();
      await desk.close();
    }
  }
} finally {
  await stop();
  await net.down();
}
