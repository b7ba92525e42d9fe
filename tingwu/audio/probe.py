"""What a media file holds: container, length, sound tracks, hash. Every file passes here first.

The bytes are read by a locked-down ffmpeg child; this process only hashes them. Nothing is decoded, so a file that
passes may still turn out damaged: that is for `decode` to find and to say.
"""

from pathlib import Path

from tingwu.audio.banner import Banner, parse_banner
from tingwu.audio.child import SandboxedProcess
from tingwu.audio.ffmpeg import Ffmpeg, find_ffmpeg, probe_command
from tingwu.audio.limits import DEFAULT_LIMITS, MediaLimits
from tingwu.audio.recorded import day_in_name
from tingwu.audio.source import Source, is_playlist, is_text, open_source, read_head, safe_name, sha256
from tingwu.domain.media import Media
from tingwu.errors import DecodeFailed, MediaTooLong, NoAudioStream, PlaylistRefused, UnreadableMedia

_LOG_BYTES = 16 << 20
"""Tags (lyrics, chapters) come before the tracks in ffmpeg's log and may be long."""


def probe(
    path: Path, *, name: str | None = None, limits: MediaLimits = DEFAULT_LIMITS, program: Ffmpeg | None = None
) -> Media:
    """Look at the file at `path`, which the user knows as `name` (by default the path's last part).

    Raises MediaNotFound, MediaRefused, EmptyMedia, PlaylistRefused, UnreadableMedia, NoAudioStream, MediaTooLong, or
    DecodeFailed when ffmpeg stalls or hits a limit.
    """
    with open_source(path, name or safe_name(path)) as source:
        head = read_head(source)
        if is_playlist(head):
            raise PlaylistRefused(source.name)
        banner = _ask_ffmpeg(source, limits, program or find_ffmpeg())
        _check(banner, source.name, head, limits)
        return Media(
            name=source.name,
            size_bytes=source.size_bytes,
            sha256=sha256(source),
            container=banner.container or "unknown",
            duration=banner.duration,
            audio=banner.audio,
            has_video=banner.has_video,
            recorded=day_in_name(source.name) or banner.recorded,
        )


def _ask_ffmpeg(source: Source, limits: MediaLimits, program: Ffmpeg) -> Banner:
    command = probe_command(program)
    with SandboxedProcess(
        command, stdin=source.descriptor, name=source.name, limits=limits, stderr_bytes=_LOG_BYTES
    ) as child:
        while child.read(1 << 16):
            pass
        status = child.finish()
        log = child.stderr
    if status < 0:
        raise DecodeFailed(source.name, f"looking at it was stopped by signal {-status}")
    return parse_banner(log)


def _check(banner: Banner, name: str, head: str, limits: MediaLimits) -> None:
    if banner.container is None:
        raise UnreadableMedia(name, _why_unreadable(banner, head))
    if not banner.sound_tracks:
        raise NoAudioStream(name, "it holds no sound at all")
    if not banner.audio:
        raise UnreadableMedia(name, "its sound is in a codec that is not supported, or is damaged")
    longest = max([banner.duration or 0.0, *(track.duration or 0.0 for track in banner.audio)])
    if longest > limits.max_seconds:
        raise MediaTooLong(name, longest, limits.max_seconds)


def _why_unreadable(banner: Banner, head: str) -> str:
    if is_text(head):
        return "it is text"
    if any("moov atom not found" in error for error in banner.errors):
        return "its index is missing, so the file was cut off or is not finished"
    return "its format is unknown or not supported"
