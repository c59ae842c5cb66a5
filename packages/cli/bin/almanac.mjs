#!/usr/bin/env node
// Plain JavaScript that an old Node can read as well: it has to be able to say that it is too old.
const oldestMajor = 24

if (Number(process.versions.node.split('.')[0]) < oldestMajor) {
  process.stderr.write(
    `almanac needs Node ${oldestMajor} or newer and this is ${process.version}: run it with \`npx almanac\` in its folder, which brings its own.\n`,
  )
  process.exitCode = 1
} else {
  await import('../src/main.ts')
}
