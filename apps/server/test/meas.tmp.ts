import { spawn } from 'node:child_process'
import { readFileSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { WebSocket } from 'ws'
import * as Y from 'yjs'
const rooms = Number(process.env.ROOMS ?? 100), rate = Number(process.env.RATE ?? 10), secs = Number(process.env.SECS ?? 10)
const ticks = (pid: number) => { const f = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]!.split(' '); return Number(f[11]) + Number(f[12]) }
const rss = (pid: number) => Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))![1]) / 1024
const kids = (pid: number) => readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').filter(Boolean).map(Number)
const one = async (workers: number) => {
  const data = mkdtempSync('/tmp/meas/')
  const p = spawn(process.execPath, [new URL('../src/main.ts', import.meta.url).pathname, '--workers', String(workers), '--data-dir', data, '--access', 'open', '--limits', 'off', '--port', '0', '--log-level', 'warn'])
  let out = ''
  p.stdout.on('data', (b) => (out += b)); p.stderr.pipe(process.stderr)
  while (!out.includes('Access')) await new Promise((r) => setTimeout(r, 20))
  const url = / at http(\S+)/.exec(out)![1]
  const pids = [p.pid!, ...kids(p.pid!)]
  const idle = pids.map(rss)
  const t0 = performance.now()
  const lat: number[] = []
  const people = await Promise.all(Array.from({ length: rooms * 3 }, async (_, i) => {
    const s = new WebSocket(`ws${url}/sync/room-${Math.floor(i / 3)}?quire=1&client=${i + 1}&schema=1&epoch=`)
    await new Promise((r, j) => { s.on('open', r); s.on('error', j) })
    s.send(Uint8Array.of(0, 0, 1, 0))
    return s
  }))
  const joined = performance.now() - t0
  const sent = new Map<number, number>()
  let got = 0, saved = 0
  people.forEach((s, i) => s.on('message', (b: Buffer) => { if (b[0] === 0 && b[1] === 2 && i % 3 === 1) { got++; const at = sent.get(Math.floor(i / 3)); if (at) lat.push(performance.now() - at) } else if (b[0]! > 3) saved++ }))
  const frames = Array.from({ length: rooms }, (_, r) => {
    const doc = new Y.Doc(); doc.clientID = r * 3 + 1
    const list: Uint8Array[] = []
    doc.on('update', (u: Uint8Array) => list.push(Uint8Array.of(0, 2, u.length, ...u)))
    for (let n = 0; n < rate * secs; n++) doc.getText('t').insert(n, 'x')
    return list
  })
  await new Promise((r) => setTimeout(r, 1500))
  const before = pids.map(ticks)
  const start = performance.now()
  let n = 0
  await new Promise<void>((resolve) => {
    const timer = setInterval(() => {
      const due = Math.min(rate * secs * rooms, Math.floor(((performance.now() - start) / 1000) * rate * rooms))
      for (; n < due; n++) { const r = n % rooms; sent.set(r, performance.now()); people[r * 3]!.send(frames[r]![Math.floor(n / rooms)]!) }
      if (n === rate * secs * rooms) { clearInterval(timer); resolve() }
    }, 5)
  })
  const deadline = performance.now() + 5000
  while (got < n && performance.now() < deadline) await new Promise((r) => setTimeout(r, 20))
  const cpu = pids.map((pid, i) => (ticks(pid) - before[i]!) * 10)
  lat.sort((a, b) => a - b)
  const total = cpu.reduce((a, b) => a + b, 0)
  console.log(JSON.stringify({ workers, edits: n, got, joined: Math.round(joined), ms: cpu, usPerEdit: Math.round((total * 1000) / n), p50: lat[lat.length >> 1]?.toFixed(1), p99: lat[Math.floor(lat.length * 0.99)]?.toFixed(1), idle: idle.map(Math.round), rss: pids.map(rss).map(Math.round) }))
  for (const s of people) s.terminate()
  p.kill('SIGTERM')
  await new Promise((r) => p.on('exit', r))
  rmSync(data, { recursive: true })
}
for (const w of (process.env.W ?? '1,2').split(',').map(Number)) await one(w)
process.exit()
