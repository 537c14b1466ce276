// The map of respondents: points on a canvas that outlives their settings, colours and places.
// Whatever is written comes from a file somebody uploaded: it reaches the page as text only.

const PAD = 14; // pixels around the outermost points
const PAD_TOP = 42; // room for the tools
const NEAR = 9; // pixels within which a point is pointed at
const MOST_ZOOM = 60;
const NAMED = 12; // tools that are named of who is pointed at

const maps = new WeakMap();

export default function ({ data, parentElement, setStateValue }) {
    let map = maps.get(parentElement);
    if (!map) {
        map = new PointMap(parentElement.querySelector(".map"));
        maps.set(parentElement, map);
    }
    map.tell = (places) => setStateValue("picked", places);
    map.show(data);
    return () => map.end();
}

/** What `canvas_map.pack` wrote: a header, then one array after the other. */
function unpack(bytes) {
    const length = new DataView(bytes.buffer, bytes.byteOffset).getUint32(0, true);
    const header = JSON.parse(new TextDecoder().decode(bytes.subarray(4, 4 + length)));
    let from = 4 + length;
    const take = (kind, count) => {
        const to = from + count * kind.BYTES_PER_ELEMENT;
        const array = new kind(bytes.slice(from, to).buffer);
        from = to;
        return array;
    };
    const { points, bytesOfTools } = header;
    return {
        ...header,
        x: take(Uint16Array, points),
        y: take(Uint16Array, points),
        order: take(Uint32Array, points),
        bright: header.someBright ? take(Uint8Array, points) : null,
        uses: take(Uint8Array, points * bytesOfTools),
    };
}

class PointMap {
    constructor(root) {
        this.root = root;
        this.below = root.querySelector(".points");
        this.over = root.querySelector(".over");
        this.hint = root.querySelector(".hint");
        this.view = { zoom: 1, left: 0, top: 0 };
        this.drag = null;
        this.pointed = -1;
        this.drawn = 0;
        this.mode("lasso");
        for (const button of root.querySelectorAll("button[data-mode]")) {
            button.onclick = () => this.mode(button.dataset.mode);
        }
        const actions = {
            in: () => this.zoom(1.5),
            out: () => this.zoom(1 / 1.5),
            whole: () => this.look({ zoom: 1, left: 0, top: 0 }),
            save: () => this.save(),
            large: () =>
                document.fullscreenElement ? document.exitFullscreen() : root.requestFullscreen(),
        };
        for (const button of root.querySelectorAll("[data-do]")) {
            button.onclick = actions[button.dataset.do];
        }
        this.over.onpointerdown = (event) => this.start(event);
        this.over.onpointermove = (event) => this.move(event);
        this.over.onpointerup = (event) => this.stop(event);
        this.over.onpointercancel = () => this.drop();
        this.over.onpointerleave = () => this.point(-1);
        this.over.onkeydown = (event) => this.key(event);
        this.over.onwheel = (event) => this.wheel(event);
        this.sizes = new ResizeObserver(() => {
            const { clientWidth, clientHeight } = root;
            if (clientWidth !== this.width || clientHeight !== this.height) this.draw();
        });
        this.sizes.observe(root);
    }

    end() {
        this.sizes.disconnect();
    }

    show(data) {
        this.seen = unpack(data);
        this.over.setAttribute("aria-label", this.seen.label);
        this.point(-1);
        this.draw();
    }

    /** Drawn without the graphics card: many small copies, which it would not make faster. */
    pen(canvas) {
        return canvas.getContext("2d", { willReadFrequently: true });
    }

    // -- drawing ------------------------------------------------------------------------------

    draw() {
        const { clientWidth: width, clientHeight: height } = this.root;
        if (!this.seen || !width || !height) return;
        const scale = window.devicePixelRatio || 1;
        for (const canvas of [this.below, this.over]) {
            const [across, down] = [Math.round(width * scale), Math.round(height * scale)];
            if (canvas.width !== across) canvas.width = across;
            if (canvas.height !== down) canvas.height = down;
        }
        this.width = width;
        this.height = height;
        this.scale = scale;
        this.place();
        this.stamps = this.seen.groups.map((group) => this.stamp(group));
        const pen = this.pen(this.below);
        pen.clearRect(0, 0, this.below.width, this.below.height);
        if (this.seen.bright) {
            this.dots(pen, 0, () => 0.07);
            this.dots(pen, 1, () => 0.95);
        } else {
            this.dots(pen, null, (group) => (group.faint ? 0.48 : 0.8));
        }
        pen.globalAlpha = 1;
        this.labels(pen);
        this.outline();
        this.root.dataset.points = this.seen.points;
        this.root.dataset.drawn = ++this.drawn;
    }

    /** Where each point is, in pixels of the page. */
    place() {
        const { points, x, y } = this.seen;
        this.px = new Float32Array(points);
        this.py = new Float32Array(points);
        for (let i = 0; i < points; i++) {
            this.px[i] = this.across(x[i] / 65535);
            this.py[i] = this.down(y[i] / 65535);
        }
    }

    across(share) {
        return PAD + (share * this.view.zoom + this.view.left) * this.broad();
    }

    down(share) {
        return PAD_TOP + (share * this.view.zoom + this.view.top) * this.high();
    }

    broad() {
        return this.width - 2 * PAD;
    }

    high() {
        return this.height - PAD_TOP - PAD;
    }

    /** The groups one above the other; `which`: only those bright (1) or not (0), null for all. */
    dots(pen, which, opacity) {
        const { groups, order, bright } = this.seen;
        let from = 0;
        for (const [place, group] of groups.entries()) {
            const stamp = this.stamps[place];
            const half = stamp.width / 2;
            pen.globalAlpha = opacity(group);
            for (const to = from + group.size; from < to; from++) {
                const i = order[from];
                if (which !== null && bright[i] !== which) continue;
                const [left, top] = [this.px[i], this.py[i]];
                if (left < -9 || top < -9 || left > this.width + 9 || top > this.height + 9) continue;
                pen.drawImage(
                    stamp,
                    Math.round(left * this.scale - half),
                    Math.round(top * this.scale - half),
                );
            }
        }
    }

    /** A group's mark, drawn once: points are copies of it. */
    stamp(group) {
        const size = group.pixels * this.scale;
        const stamp = new OffscreenCanvas(Math.ceil(size) + 2, Math.ceil(size) + 2);
        const pen = stamp.getContext("2d");
        pen.translate(stamp.width / 2, stamp.height / 2);
        pen.scale(size / 24, size / 24); // marks are drawn in a box of 24 units
        pen.translate(-12, -12);
        pen.fillStyle = group.colour;
        pen.fill(new Path2D(group.path));
        return stamp;
    }

    labels(pen) {
        pen.save();
        pen.scale(this.scale, this.scale);
        pen.font = `600 12px ${getComputedStyle(this.root).fontFamily}`;
        pen.textAlign = "center";
        pen.textBaseline = "middle";
        for (const group of this.seen.groups) {
            if (!group.label) continue;
            const left = this.across(group.at[0]);
            const top = this.down(group.at[1]);
            const width = pen.measureText(group.label).width + 6;
            pen.fillStyle = this.seen.paper;
            pen.globalAlpha = 0.78;
            pen.fillRect(left - width / 2, top - 9, width, 18);
            pen.globalAlpha = 1;
            pen.fillStyle = this.seen.ink;
            pen.fillText(group.label, left, top + 1);
        }
        pen.restore();
    }

    /** The lasso or box while it is drawn, and who is pointed at. */
    outline() {
        const pen = this.pen(this.over);
        pen.clearRect(0, 0, this.over.width, this.over.height);
        pen.save();
        pen.scale(this.scale, this.scale);
        pen.strokeStyle = this.seen.ink;
        pen.lineWidth = 1.5;
        const corners = this.drag?.corners ?? [];
        if (corners.length > 1) {
            pen.setLineDash([4, 3]);
            pen.beginPath();
            for (const [left, top] of corners) pen.lineTo(left, top);
            pen.closePath();
            pen.stroke();
        } else if (this.pointed >= 0) {
            pen.beginPath();
            pen.arc(this.px[this.pointed], this.py[this.pointed], 6, 0, 2 * Math.PI);
            pen.stroke();
        }
        pen.restore();
    }

    save() {
        const sheet = new OffscreenCanvas(this.below.width, this.below.height);
        const pen = sheet.getContext("2d");
        pen.fillStyle = this.seen.paper;
        pen.fillRect(0, 0, sheet.width, sheet.height);
        pen.drawImage(this.below, 0, 0);
        sheet.convertToBlob().then((picture) => {
            const link = document.createElement("a");
            link.href = URL.createObjectURL(picture);
            link.download = "cohort-map.png";
            link.click();
            setTimeout(() => URL.revokeObjectURL(link.href), 1000);
        });
    }

    // -- who is pointed at --------------------------------------------------------------------

    point(place, left, top) {
        if (place === this.pointed) return;
        this.pointed = place;
        this.hint.hidden = place < 0;
        this.outline();
        if (place < 0) return;
        const name = document.createElement("b");
        name.textContent = this.groupOf(place).name;
        this.hint.replaceChildren(name, this.toolsOf(place));
        const { offsetWidth, offsetHeight } = this.hint;
        this.hint.style.left = `${Math.min(left + 12, Math.max(0, this.width - offsetWidth))}px`;
        const above = top + 14 + offsetHeight > this.height;
        this.hint.style.top = `${above ? Math.max(0, top - offsetHeight - 10) : top + 14}px`;
    }

    groupOf(place) {
        let rest = this.seen.order.indexOf(place);
        return this.seen.groups.find((group) => (rest -= group.size) < 0);
    }

    toolsOf(place) {
        const { tools, uses, bytesOfTools } = this.seen;
        const has = (i) => uses[place * bytesOfTools + (i >> 3)] & (128 >> (i & 7));
        const mine = tools.filter((_, i) => has(i));
        const more = mine.length - NAMED;
        return mine.slice(0, NAMED).join(", ") + (more > 0 ? ` and ${more} more` : "");
    }

    nearest(left, top) {
        let [found, least] = [-1, NEAR * NEAR];
        for (let i = 0; i < this.seen.points; i++) {
            const distance = (this.px[i] - left) ** 2 + (this.py[i] - top) ** 2;
            if (distance < least) [found, least] = [i, distance];
        }
        return found;
    }

    // -- mouse, finger and keys ---------------------------------------------------------------

    mode(name) {
        this.over.dataset.mode = name;
        for (const button of this.root.querySelectorAll("button[data-mode]")) {
            button.setAttribute("aria-pressed", String(button.dataset.mode === name));
        }
    }

    start(event) {
        if (event.button || !this.seen) return;
        this.over.setPointerCapture(event.pointerId);
        const at = [event.offsetX, event.offsetY];
        this.drag = { mode: this.over.dataset.mode, at, view: { ...this.view }, corners: [at] };
        this.point(-1);
    }

    move(event) {
        if (!this.seen) return;
        const [left, top] = [event.offsetX, event.offsetY];
        if (!this.drag) {
            this.point(this.nearest(left, top), left, top);
            return;
        }
        const { mode, at, view } = this.drag;
        if (mode === "pan") {
            this.look({
                zoom: view.zoom,
                left: view.left + (left - at[0]) / this.broad(),
                top: view.top + (top - at[1]) / this.high(),
            });
            return;
        }
        if (mode === "box") this.drag.corners = [at, [left, at[1]], [left, top], [at[0], top]];
        else this.drag.corners.push([left, top]);
        this.outline();
    }

    stop(event) {
        const drag = this.drag;
        if (!drag) return;
        if (drag.mode !== "pan") this.move(event);
        const corners = this.drag.corners;
        this.drop();
        if (drag.mode === "pan" || corners.length < 3) return;
        const inside = this.within(corners);
        if (!inside.length) return;
        this.seen.bright = new Uint8Array(this.seen.points);
        for (const place of inside) this.seen.bright[place] = 1;
        this.draw();
        this.tell(inside);
    }

    drop() {
        this.drag = null;
        if (this.seen) this.outline();
    }

    /** Places of the points inside: those from which a line crosses the outline an odd number of times. */
    within(corners) {
        const found = [];
        for (let i = 0; i < this.seen.points; i++) {
            const [left, top] = [this.px[i], this.py[i]];
            let inside = false;
            for (let j = 0, k = corners.length - 1; j < corners.length; k = j++) {
                const [[x1, y1], [x2, y2]] = [corners[j], corners[k]];
                const crosses = y1 > top !== y2 > top;
                if (crosses && left < ((x2 - x1) * (top - y1)) / (y2 - y1) + x1) inside = !inside;
            }
            if (inside) found.push(i);
        }
        return found;
    }

    key(event) {
        const step = 0.1;
        const { zoom, left, top } = this.view;
        const moves = {
            ArrowLeft: () => this.look({ zoom, left: left + step, top }),
            ArrowRight: () => this.look({ zoom, left: left - step, top }),
            ArrowUp: () => this.look({ zoom, left, top: top + step }),
            ArrowDown: () => this.look({ zoom, left, top: top - step }),
            "+": () => this.zoom(1.5),
            "-": () => this.zoom(1 / 1.5),
            0: () => this.look({ zoom: 1, left: 0, top: 0 }),
            Escape: () => this.drop(),
        };
        if (!(event.key in moves)) return;
        event.preventDefault();
        moves[event.key]();
    }

    /** Turning the wheel scrolls the page; with Ctrl, or two fingers, it zooms. */
    wheel(event) {
        if (!event.ctrlKey && !event.metaKey) return;
        event.preventDefault();
        this.zoom(Math.exp(-event.deltaY / 200), event.offsetX, event.offsetY);
    }

    zoom(by, left = this.width / 2, top = this.height / 2) {
        const old = this.view.zoom;
        const zoom = Math.min(Math.max(old * by, 1), MOST_ZOOM);
        const fixed = (share, shift) => share - ((share - shift) / old) * zoom;
        this.look({
            zoom,
            left: fixed((left - PAD) / this.broad(), this.view.left),
            top: fixed((top - PAD_TOP) / this.high(), this.view.top),
        });
    }

    /** The map cannot be pushed out of its frame. */
    look({ zoom, left, top }) {
        const held = (shift) => Math.min(0, Math.max(1 - zoom, shift));
        this.view = { zoom, left: held(left), top: held(top) };
        this.point(-1);
        this.draw();
    }
}
