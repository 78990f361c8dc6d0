import sys, json, asyncio
kind, out = sys.argv[1:3]
import forms_fx
if kind == "mcp1":
    from mcp.server.fastmcp import FastMCP as S, Context; from mcp.types import ToolAnnotations
elif kind == "mcp2":
    from mcp.server.mcpserver import MCPServer as S, Context; from mcp_types import ToolAnnotations
else:
    from fastmcp import FastMCP as S, Context
    try: from mcp.types import ToolAnnotations
    except ImportError: from mcp_types import ToolAnnotations
async def main():
    s = S("x"); forms_fx.register(s, Context, ToolAnnotations, kind == "fm")
    res = {}
    if kind.startswith("mcp"):
        for k, m in (("tools","list_tools"),("prompts","list_prompts"),("resources","list_resources"),("resourceTemplates","list_resource_templates")):
            r = await getattr(s, m)()
            for a in ("tools","prompts","resources","resource_templates"): r = getattr(r, a, r) if not isinstance(r, list) else r
            res[k] = [x.model_dump(by_alias=True, exclude_none=True, mode="json") for x in r]
    else:
        for k, m, c in (("tools","list_tools","to_mcp_tool"),("prompts","list_prompts","to_mcp_prompt"),("resources","list_resources","to_mcp_resource"),("resourceTemplates","list_resource_templates","to_mcp_template")):
            if hasattr(s, m): r = list(await getattr(s, m)())
            else: r = list((await getattr(s, {"list_tools":"get_tools","list_prompts":"get_prompts","list_resources":"get_resources","list_resource_templates":"get_resource_templates"}[m])()).values())
            res[k] = [getattr(x, c)().model_dump(by_alias=True, exclude_none=True, mode="json") for x in r]
    json.dump(res, open(f"forms-{out}.json", "w"), indent=1, ensure_ascii=False)
asyncio.run(main())
