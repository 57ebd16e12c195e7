/**
 * Where the largest values stand, the largest first and of equal ones the first; no more than `count`, and only values above
 * `floor`. Costs hardly more than going once through the values.
 */
export function placesOfLargest(
  values: Float32Array | Float64Array,
  count: number,
  floor = Number.NEGATIVE_INFINITY,
): number[] {
  /** A heap whose root is the next to be pushed out. */
  const heap: number[] = [];
  for (let place = 0; place < values.length; place += 1) {
    const value = values[place] as number;
    if (!(value > floor)) continue;
    if (heap.length < count) rise(heap, heap.push(place) - 1, values);
    else if (count > 0 && value > (values[heap[0] as number] as number)) {
      heap[0] = place;
      sink(heap, values);
    }
  }
  return heap.sort((left, right) => order(values, left, right));
}

/** Below zero where the left one comes first. */
function order(values: Float32Array | Float64Array, left: number, right: number): number {
  return (values[right] as number) - (values[left] as number) || left - right;
}

function rise(heap: number[], from: number, values: Float32Array | Float64Array): void {
  const place = heap[from] as number;
  let at = from;
  while (at > 0) {
    const parent = (at - 1) >> 1;
    const above = heap[parent] as number;
    if (order(values, place, above) < 0) break;
    heap[at] = above;
    at = parent;
  }
  heap[at] = place;
}

function sink(heap: number[], values: Float32Array | Float64Array): void {
  const place = heap[0] as number;
  let at = 0;
  for (let child = 1; child < heap.length; child = 2 * at + 1) {
    const other = child + 1;
    const isOtherWorse =
      other < heap.length && order(values, heap[other] as number, heap[child] as number) > 0;
    const worse = isOtherWorse ? other : child;
    if (order(values, heap[worse] as number, place) < 0) break;
    heap[at] = heap[worse] as number;
    at = worse;
  }
  heap[at] = place;
}
