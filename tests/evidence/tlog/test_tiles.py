"""Tiles: proper names only, and nothing believed that the checkpoint's root does not prove."""

import pytest

from evidence.tlog import merkle, tiles
from evidence.tlog.tiles import ENTRIES, Tile, TileRefused

SIZE = 70_000
LEAF = merkle.leaf_hash(b"same")


class Store:
    """A big tree of distinct leaves, made once, served as tiles; any of them can be replaced."""

    def __init__(self, size, bodies=None):
        self.builder = tiles.TileBuilder()
        self.frontier = merkle.Frontier()
        self.tree = merkle.MemoryTree()
        self.served = {}
        self.asked = []
        for number in range(size):
            leaf = merkle.leaf_hash(bodies[number] if bodies else number.to_bytes(4, "big"))
            self.served.update(self.builder.append(leaf))
            self.frontier.append(leaf)
            self.tree.append(leaf)
        self.served.update(self.builder.partial())

    def fetch(self, tile):
        self.asked.append(tile)
        return self.served[tile]

    def reader(self, **options):
        return tiles.TileReader(self.fetch, self.frontier.size, self.frontier.root(), **options)


@pytest.fixture(scope="module")
def big():
    return Store(SIZE)


def test_path_of_tiles_as_published():
    assert Tile(0, 1_234_067).path == "tile/0/x001/x234/067"
    assert Tile(0, 273, 112).path == "tile/0/273.p/112"
    assert Tile(ENTRIES, 5, 3).path == "tile/entries/005.p/3"
    assert Tile(2, 0, 1).path == "tile/2/000.p/1"
    assert Tile(63, 1000).path == "tile/63/x001/000"


@pytest.mark.parametrize(
    "tile", [Tile(0, 0), Tile(0, 999), Tile(3, 1000, 255), Tile(ENTRIES, 10**9 + 7), Tile(63, 0, 1), Tile(1, 2**54)]
)
def test_path_read_back_is_the_same_tile(tile):
    assert tiles.parse_path(tile.path) == tile


@pytest.mark.parametrize(
    "path",
    ["", "tile/0/0", "tile/0/0000", "tile/0/x000/000", "tile/00/000", "tile/64/000", "tile/-1/000", "tile/0/000.p/0",
     "tile/0/000.p/256", "tile/0/000.p/01", "tile/0/000.p/", "/tile/0/000", "tile/0/000/", "tile/0/x001/x234/x067",
     "tile/0/001/234", "tile/entry/000", "tile/0/٠٠٠", "tile/0/../000", "tile/0/000\n", "tile/data/000",
     "tile/0/" + "x999/" * 40 + "999"],
)  # fmt: skip
def test_path_spelt_otherwise_is_refused(path):
    with pytest.raises(TileRefused):
        tiles.parse_path(path)


def test_edge_of_published_example(big):
    assert tiles.edge(SIZE) == [Tile(2, 0, 1), Tile(1, 1, 17), Tile(0, 273, 112)]
    assert tiles.edge(256) == [Tile(1, 0, 1)]
    assert tiles.edge(0) == []
    assert {tile for tile in big.served if tile.width < 256} == set(tiles.edge(SIZE))
    assert len([tile for tile in big.served if tile.level == 0 and tile.width == 256]) == 273
    assert len([tile for tile in big.served if tile.level == 1 and tile.width == 256]) == 1


def test_tile_at_the_end_and_beyond():
    assert tiles.tile_at(0, 273, SIZE) == Tile(0, 273, 112)
    assert tiles.tile_at(ENTRIES, 272, SIZE) == Tile(ENTRIES, 272)
    for level, number in [(0, 274), (1, 2), (2, 1), (3, 0), (0, -1)]:
        with pytest.raises(TileRefused):
            tiles.tile_at(level, number, SIZE)


def test_reader_proves_what_the_tree_proves(big):
    reader = big.reader()
    for index in (0, 1, 255, 256, 65_535, 65_536, 69_887, 69_888, 69_999):
        proof = merkle.inclusion_proof(index, SIZE, reader.hash_at)
        assert proof == merkle.inclusion_proof(index, SIZE, big.tree.hash_at)
        merkle.verify_inclusion(reader.hash_at(0, index), index, SIZE, proof, big.frontier.root())
    for old in (1, 255, 256, 40_000, 65_536, 69_999, SIZE):
        proof = merkle.consistency_proof(old, SIZE, reader.hash_at)
        merkle.verify_consistency(old, big.tree.root(old), SIZE, big.frontier.root(), proof)


def test_reader_keeps_few_tiles_and_still_proves(big):
    reader = big.reader(keep=1)
    for index in (0, 30_000, 60_000, 0):
        assert reader.hash_at(0, index) == big.tree.hash_at(0, index)


def test_reader_refuses_a_root_that_the_edge_does_not_lead_to(big):
    with pytest.raises(TileRefused, match="root"):
        tiles.TileReader(big.fetch, SIZE, LEAF)


@pytest.mark.parametrize("tile", [Tile(0, 100), Tile(1, 0), Tile(0, 273, 112), Tile(1, 1, 17), Tile(2, 0, 1)])
@pytest.mark.parametrize("position", [0, -1])
def test_reader_refuses_a_tile_with_one_bit_changed(big, tile, position):
    good = big.served[tile]
    bent = bytearray(good)
    bent[position] ^= 1
    big.served[tile] = bytes(bent)
    try:
        with pytest.raises(TileRefused):
            big.reader().hash_at(0, 100 * 256)
    finally:
        big.served[tile] = good


@pytest.mark.parametrize("cut", [1, 32, 0])
def test_reader_refuses_a_tile_of_wrong_length(big, cut):
    good = big.served[Tile(0, 7)]
    big.served[Tile(0, 7)] = good[:-cut] if cut else good + bytes(32)
    try:
        with pytest.raises(TileRefused, match="bytes instead of"):
            big.reader().leaves(7)
    finally:
        big.served[Tile(0, 7)] = good


def test_reader_refuses_an_honest_tile_in_another_place(big):
    good = big.served[Tile(0, 7)]
    big.served[Tile(0, 7)] = big.served[Tile(0, 8)]
    try:
        with pytest.raises(TileRefused, match="tile above"):
            big.reader().leaves(7)
    finally:
        big.served[Tile(0, 7)] = good


def test_hash_beyond_the_tree_is_refused(big):
    reader = big.reader()
    for level, index in [(0, SIZE), (8, SIZE // 256), (17, 0), (0, -1)]:
        with pytest.raises(TileRefused):
            reader.hash_at(level, index)


def test_builder_resumed_from_its_rows_goes_on_as_if_never_stopped():
    whole = tiles.TileBuilder()
    halves = tiles.TileBuilder()
    made, again = [], []
    for number in range(1000):
        leaf = merkle.leaf_hash(bytes([number % 251]))
        made += whole.append(leaf)
        again += halves.append(leaf)
        if number % 97 == 0:
            halves = tiles.TileBuilder(halves.rows, halves.size)
    assert made == again
    assert [tile.path for tile, _ in made] == ["tile/0/000", "tile/0/001", "tile/0/002"]
    assert whole.partial() == halves.partial()


def test_entries_are_read_only_as_the_tree_has_them():
    bodies = [b"entry %d" % number for number in range(600)]
    store = Store(600, bodies)
    for number in range(3):
        part = bodies[number * 256 : (number + 1) * 256]
        store.served[Tile(ENTRIES, number, len(part))] = tiles.encode_entries(part)
    assert list(store.reader().all_entries(255)) == list(enumerate(bodies))[255:]
    assert store.reader().entries(2) == bodies[512:]
    store.served[Tile(ENTRIES, 1)] = tiles.encode_entries([*bodies[256:511], b"forged"])
    with pytest.raises(TileRefused, match="entry 511"):
        store.reader().entries(1)


def test_entry_bundle_torn_or_of_another_count_is_refused():
    raw = tiles.encode_entries([b"one", b"two"])
    assert raw == b"\x00\x03one\x00\x03two"
    assert tiles.decode_entries(raw, 2) == [b"one", b"two"]
    for bent, count in [
        (raw, 1),
        (raw, 3),
        (raw[:-1], 2),
        (raw + b"\x00", 2),
        (raw + b"\x00\x00", 3),
        (b"\xff\xff" + bytes(65_535), 1),
    ]:
        with pytest.raises(TileRefused):
            tiles.decode_entries(bent, count)
