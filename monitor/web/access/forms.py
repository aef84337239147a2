"""What the forms of accounts bring. What is wrong with it is said beside the field, by the page itself."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, Field, StringConstraints

from monitor.domain.access import Role, Scope

Text = Annotated[str, StringConstraints(max_length=5000)]


class SignInForm(BaseModel):
    """Name and password, and where to go afterwards."""

    name: Text = ""
    password: Text = ""
    next: Text = ""


class NewPasswordForm(BaseModel):
    """A password, twice."""

    password: Text = ""
    repeated: Text = ""


class OwnPasswordForm(NewPasswordForm):
    """The same of one's own, with the one until now."""

    current: Text = ""


class AccountForm(NewPasswordForm):
    """A new account."""

    name: Text = ""
    role: Role = Role.VIEWER


class RoleForm(BaseModel):
    """Another role."""

    role: Role


class TokenForm(BaseModel):
    """A new token."""

    owner: Text = ""
    label: Text = ""
    scopes: Annotated[list[Scope], Field(max_length=10)] = []
    days: int = 90
