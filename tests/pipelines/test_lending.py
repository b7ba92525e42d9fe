"""Models that are lent: never freed under somebody, freed for another model and when idle."""

from collections.abc import Callable

import pytest

from pipelines.lending import Lending


class Model:
    def __init__(self, name: str) -> None:
        self.name = name
        self.closed = False

    def close(self) -> None:
        assert not self.closed
        self.closed = True


class Clock:
    """Alarms that go off when told."""

    def __init__(self) -> None:
        self.alarms: list[Alarm] = []

    def __call__(self, seconds: float, call: Callable[[], None]) -> "Alarm":
        assert seconds == 300
        self.alarms.append(Alarm(call))
        return self.alarms[-1]

    def ring(self) -> None:
        for alarm in self.alarms:
            if not alarm.cancelled:
                alarm.call()


class Alarm:
    def __init__(self, call: Callable[[], None]) -> None:
        self.call = call
        self.cancelled = False

    def cancel(self) -> None:
        self.cancelled = True


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def lending(clock: Clock) -> Lending[Model]:
    return Lending(300, clock)


def test_a_model_is_loaded_once(lending: Lending[Model]) -> None:
    loads: list[str] = []

    def load() -> Model:
        loads.append("a")
        return Model("a")

    with lending.lend("a", load) as first, lending.lend("a", load) as second:
        assert first is second
    with lending.lend("a", load) as third:
        assert third is first
    assert loads == ["a"]


def test_a_model_that_nobody_holds_makes_room_for_another(lending: Lending[Model]) -> None:
    with lending.lend("a", lambda: Model("a")) as a:
        pass
    with lending.lend("b", lambda: Model("b")):
        assert a.closed
        assert lending.loaded() == ("b",)


def test_a_model_at_work_stays(lending: Lending[Model]) -> None:
    with lending.lend("a", lambda: Model("a")) as a:
        with lending.lend("b", lambda: Model("b")) as b:
            assert not a.closed
        with lending.lend("c", lambda: Model("c")):
            assert b.closed
            assert not a.closed
            assert lending.loaded() == ("a", "c")


def test_the_room_is_free_before_the_next_model_is_loaded(lending: Lending[Model]) -> None:
    with lending.lend("a", lambda: Model("a")) as a:
        pass

    def load() -> Model:
        assert a.closed
        return Model("b")

    with lending.lend("b", load):
        pass


def test_an_idle_model_leaves(lending: Lending[Model], clock: Clock) -> None:
    with lending.lend("a", lambda: Model("a")) as a:
        assert clock.alarms == []
    clock.ring()
    assert a.closed
    assert lending.loaded() == ()
    with lending.lend("a", lambda: Model("a")) as again:
        assert again is not a


def test_work_puts_the_alarm_off(lending: Lending[Model], clock: Clock) -> None:
    with lending.lend("a", lambda: Model("a")):
        pass
    with lending.lend("a", lambda: Model("a")) as a:
        assert [alarm.cancelled for alarm in clock.alarms] == [True]
        clock.alarms[0].call()
        assert not a.closed, "an alarm that was already ringing does nothing"
    assert len(clock.alarms) == 2


def test_two_who_hold_it_must_both_be_done(lending: Lending[Model], clock: Clock) -> None:
    with lending.lend("a", lambda: Model("a")) as a:
        with lending.lend("a", lambda: Model("a")):
            pass
        assert clock.alarms == []
    assert len(clock.alarms) == 1
    assert not a.closed


def test_a_model_that_is_kept_stays_until_the_end(lending: Lending[Model], clock: Clock) -> None:
    a = lending.keep("a", lambda: Model("a"))
    with lending.lend("a", lambda: Model("a")), lending.lend("b", lambda: Model("b")):
        pass
    clock.ring()
    assert lending.loaded() == ("a",)
    lending.close()
    assert a.closed


def test_closing_frees_models_at_work_and_giving_back_later_is_harmless(lending: Lending[Model], clock: Clock) -> None:
    with lending.lend("a", lambda: Model("a")) as a:
        lending.close()
        assert a.closed
        with lending.lend("a", lambda: Model("a")) as b:
            pass
    assert not b.closed
    assert len(clock.alarms) == 1


def test_a_failure_to_load_leaves_nothing_behind(lending: Lending[Model]) -> None:
    def fail() -> Model:
        raise OSError("no")

    with pytest.raises(OSError, match="no"), lending.lend("a", fail):
        pass
    assert lending.loaded() == ()
    with lending.lend("a", lambda: Model("a")) as a:
        assert a.name == "a"


def test_an_error_at_work_gives_the_model_back(lending: Lending[Model], clock: Clock) -> None:
    with pytest.raises(KeyError), lending.lend("a", lambda: Model("a")):
        raise KeyError
    assert len(clock.alarms) == 1


def test_the_real_alarm_goes_off() -> None:
    lending: Lending[Model] = Lending(0.001)
    with lending.lend("a", lambda: Model("a")):
        pass
    alarm = next(iter(lending._held.values())).alarm if lending.loaded() else None
    if alarm is not None:
        alarm.join(10)  # pyright: ignore[reportAttributeAccessIssue]
    assert lending.loaded() == ()
