"""What can go wrong. What the operating system refuses is an ``OSError``, such
as ``FileNotFoundError``."""


class PassthruError(Exception):
    """The base of all errors of this package."""


class InputError(PassthruError, ValueError):
    """A text, file or manifest is empty, damaged or of no known kind."""


class DeviceError(PassthruError, LookupError, ValueError):
    """A word chooses no device of the host, or more than one card."""


class TargetError(PassthruError, ValueError):
    """A word names no hypervisor."""


class PredictionError(PassthruError, ValueError):
    """The IOMMU groups cannot be predicted: the message says what the request or the
    input lacks."""


class PlanError(PassthruError):
    """There is no plan: the message says what the request or the input lacks."""
