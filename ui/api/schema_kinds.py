"""What every JSON of the API has in common: what comes in is strict, what goes out is read off the domain's objects."""

from pydantic import BaseModel, ConfigDict


class In(BaseModel):
    """Comes in: nothing but what is named."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Out(BaseModel):
    """Goes out: each field is an attribute of what it is made of."""

    model_config = ConfigDict(from_attributes=True, frozen=True)
