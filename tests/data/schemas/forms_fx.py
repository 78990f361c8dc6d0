import functools, contextlib, time
from typing import Annotated, Optional, Literal, Any
from pydantic import BaseModel, Field
class M(BaseModel):
    """M é doc."""
    x: int = 1
def register(s, Context, ToolAnnotations, fm):
    def p_none() -> str: return ""
    def p_str(a: str, b: str = "x") -> str:
        """Ask.

        Args:
            a: the a
            b (str): the b
        """
        return ""
    def p_opt(a: Optional[str] = None, n: int = 3, l: list[str] = [], m: Optional[M] = None) -> str:
        """Doc é."""
        return ""
    def p_ann(a: Annotated[str, Field(description="the a")], k: Annotated[Literal["x", "y"], Field(description="kind")] = "x") -> str: return ""
    def p_ctx(ctx: Context, a: str) -> str: return ""
    def p_untyped(a, b=1): return ""
    for f in (p_none, p_str, p_opt, p_ann, p_ctx, p_untyped): s.prompt()(f)
    s.prompt(name="named", title="T", description="D")(p_none)
    def r_one() -> str:
        """One resource."""
        return ""
    def r_two() -> str: return ""
    def r_tpl(city: str) -> str:
        """A template.

        Args:
            city: which
        """
        return ""
    s.resource("weather://one")(r_one)
    s.resource("weather://two", name="two", title="Two", description="D", mime_type="application/json")(r_two)
    s.resource("weather://{city}/now")(r_tpl)
    s.resource("weather://{city}/later", name="later", mime_type="text/html")(r_tpl)
    def t_plain(a: int) -> str:
        """Plain.

        Example:
            t_plain(1)

        Args:
            a: one
                more

            b: none

        Returns:
            text
        """
        return ""
    def t_note(a: int):
        """Do it.

        Note: careful here.

        Returns:
            A thing
        """
    def t_numpy(a: int, b: int = 1):
        """Do it.

        Longer text.

        Parameters
        ----------
        a, b : int
            Both.

        Returns
        -------
        int
            x
        """
    def t_sphinx(a: int, b: int = 1):
        """Do it.

        :param a: the a
        :type a: int
        :param int b: the b
            goes on
        :returns: x
        """
    def t_ctx(a: int, ctx: Optional[Context] = None): pass
    def t_ctx2(ctx: Context, a: int): pass
    for f in (t_plain, t_note, t_numpy, t_sphinx, t_ctx, t_ctx2): s.tool()(f)
    def deco(f):
        @functools.wraps(f)
        async def wrapper(*args, **kwargs): return await f(*args, **kwargs)
        return wrapper
    @deco
    async def t_wrapped(a: int, b: str = "x") -> dict[str, Any]:
        """Wrapped."""
    s.tool()(t_wrapped)
    class K:
        """K doc."""
        def meth(self, a: int) -> int:
            """Meth."""
            return 1
        @classmethod
        def cm(cls, a: int) -> int: return 1
        @staticmethod
        def st(a: int) -> int: return 1
    k = K()
    s.tool()(k.meth); s.tool()(K.cm); s.tool()(K.st)
    s.tool(name="ann", title="T", description="D", annotations=ToolAnnotations(title="AT", readOnlyHint=True), meta={"a": 1})(t_ctx2)
    s.tool(name="ann2", annotations=ToolAnnotations(title="AT", destructiveHint=False))(t_ctx2)
    if fm:
        s.tool(name="anndict", annotations={"readOnlyHint": True}, tags={"b", "a"}, output_schema=None)(t_plain)
        s.tool(name="outgiven", output_schema={"type": "object", "properties": {"x": {"type": "integer"}}})(t_plain)
        s.tool(name="outrefs", output_schema={"type": "object", "properties": {"a": {"$ref": "#/$defs/A"}}, "$defs": {"A": {"type": "object", "properties": {"x": {"type": "integer"}}}}})(t_plain)
    else:
        s.tool(name="unstructured", structured_output=False)(t_plain)
