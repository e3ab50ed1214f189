"""The known traps of tagging, in both languages: what looks like AI-and-China, like a name, a source or a year, and is none."""

import pytest

from extractors.records import Feed, Grade, Reason
from tests.extractors.rulebook import CHINESE_OUTLET, article as article_of, named, rules, scan, tags, verdict

FOREIGN = "The council of Oslo opened a new swimming hall on Monday. It has six lanes, a sauna and a café. " * 6
AMERICAN_AI = (
    "OpenAI showed a new version of ChatGPT in San Francisco on Tuesday. The model answers faster and remembers more. "
    "Customers in Ohio and Texas tried it first. The company says prices stay as they are. "
) * 4
FOREIGN_ZH = "奥斯陆市议会周一开放了一座新的游泳馆。馆内有六条泳道和一间咖啡厅,市民可以预约参观。" * 6
AMERICAN_AI_ZH = "OpenAI周二在旧金山发布了新版ChatGPT。该模型回答更快,记忆更长。俄亥俄州的用户最先试用,价格不变。" * 5

NOT_RELEVANT = {
    "a teaser block under the text": (
        "Oslo opens a swimming hall",
        FOREIGN + "\n\nRead more: DeepSeek releases a new model in Hangzhou",
    ),
    "a related line inside an AI story": (
        "ChatGPT gets a longer memory",
        AMERICAN_AI + "\n\nRelated: Chinese AI firms cut prices again",
    ),
    "an inline also line": (
        "ChatGPT gets a longer memory",
        AMERICAN_AI + "\n\nAlso: Is DeepSeek safe to use? Here is what we know\n\n" + AMERICAN_AI,
    ),
    "a teaser block, Chinese": ("奥斯陆新游泳馆开放", FOREIGN_ZH + "\n\n延伸阅读:DeepSeek发布新模型"),
    "a related line, Chinese": ("ChatGPT记忆变长", AMERICAN_AI_ZH + "\n\n相关阅读:中国大模型再度降价"),
    "an author's biography": (
        "ChatGPT gets a longer memory",
        AMERICAN_AI + "\n\nAda Placeholder covers technology. She was a correspondent in Beijing for six years.",
    ),
    "an author's biography about AI": (
        "Oslo opens a swimming hall",
        FOREIGN + "\n\nThe author is a fellow who studies artificial intelligence in China.",
    ),
    "an author's biography, Chinese": (
        "奥斯陆新游泳馆开放",
        FOREIGN_ZH + "\n\n作者简介:某某,长期关注中国人工智能产业。",
    ),
    "a language list": (
        "ChatGPT speaks more languages",
        AMERICAN_AI + " The voice mode now speaks Japanese, Korean, and Chinese.",
    ),
    "a language list without comma": (
        "ChatGPT speaks more languages",
        AMERICAN_AI + " Subtitles come in English and Chinese.",
    ),
    "a language list, Chinese": ("ChatGPT支持更多语言", AMERICAN_AI_ZH + "新版支持日文、韩文和中文。"),
    "a laptop deal": (
        "This Lenovo laptop is 300 dollars off today",
        "The Lenovo Yoga has a bright screen and a quiet keyboard. The sale ends on Sunday. " * 6,
    ),
    "a phone review": (
        "Honor phone review: a fine screen",
        "The Honor phone is thin and light. The battery lasts two days. The camera is good in daylight. " * 5,
    ),
    "a gadget deal, Chinese": (
        "联想笔记本限时优惠",
        "这款联想笔记本屏幕明亮,键盘安静,重量只有一千克。优惠到周日为止。" * 6,
    ),
    "a politician named Kimi": (
        "Kimi Onoda visits a nursery school",
        "Kimi Onoda, the Japanese minister, visited a nursery school in Okayama. She read a story to the children. "
        * 5,
    ),
    "a racing driver named Kimi": (
        "Kimi Antonelli wins again",
        "Kimi Antonelli won the race by four seconds. The Italian led from the first lap to the last. " * 5,
    ),
    "Alphabet's Moonshot": (
        "Alphabet's Moonshot factory spins off a balloon firm",
        "Alphabet's Moonshot factory will spin off its balloon business. The balloons bring internet to farms. " * 5,
    ),
    "the Chinese Room": (
        "Can AI understand? The Chinese Room at forty-five",
        "The Chinese Room is a thought experiment by the philosopher John Searle. It asks whether a machine with "
        "artificial intelligence understands language or only shuffles symbols. " * 4,
    ),
    "the sea, not the state of AI": (
        "Storm crosses the South China Sea",
        "A storm crossed the South China Sea on Friday. Fishing boats returned to their ports in time. " * 5,
    ),
    "a paywall stub": (
        "The state of play",
        "Subscribe to read this article. Already a subscriber? Sign in to continue.",
    ),
    "a paywall stub, Chinese": ("本周观察", "本文为付费内容,订阅后阅读全文。剩余内容请登录后阅读。"),
    "an advert": (
        "Masterclass for founders in AI and China",
        "Register now for our webinar on AI in China. Early bird tickets with promo code SPRING. RSVP until Friday.",
    ),
    "a sign-up notice, Chinese": (
        "人工智能训练营开班",
        "人工智能大模型训练营开始报名,早鸟票限时优惠。扫码添加老师,立即购买享课程优惠。报名截止周五,席位有限。",
    ),
    "water, not a chip": (
        "Why H2O matters to Chinese farmers",
        "Rain was late this year in Henan province. Farmers measured every litre of H2O in the soil. " * 5,
    ),
    "a chip factory without AI": (
        "Chip maker opens a plant in Dresden",
        "The semiconductor plant makes power chips for washing machines. It employs 900 people. " * 5,
    ),
    "the weather in Beijing": (
        "Beijing has its first snow",
        "Snow fell in Beijing on Sunday. Children built snowmen in the parks of the Chinese capital. " * 5,
    ),
    "an AI firm of another country": ("OpenAI shows a new model", AMERICAN_AI),
    "an AI firm of another country, Chinese": ("OpenAI发布新模型", AMERICAN_AI_ZH),
    "nothing at all": ("Oslo opens a swimming hall", FOREIGN),
    "nothing at all, Chinese": ("奥斯陆新游泳馆开放", FOREIGN_ZH),
}


@pytest.mark.parametrize("trap", NOT_RELEVANT)
def test_what_only_looks_like_ai_and_china_is_not_relevant(trap: str) -> None:
    judged = verdict(*NOT_RELEVANT[trap])
    assert judged.grade is Grade.NOT, judged


CHINESE_HOME = {
    "a foreign AI story in a Chinese outlet": (
        "OpenAI发布新模型",
        "OpenAI周二发布了新版ChatGPT。OpenAI首席执行官阿尔特曼表示,新模型由微软的机房训练。" * 5,
        Grade.NOT,
    ),
    "a domestic AI story that never says China": (
        "某大模型应用进入百所学校",
        "该大模型可以批改作文,教师使用人工智能助手备课。项目组称下学期扩大到两百所学校。" * 5,
        Grade.CORE,
    ),
    "a domestic story without AI": (
        "市图书馆延长开放时间",
        "市图书馆周末开放时间延长两小时,读者可以在自习室停留到晚上十点。" * 6,
        Grade.NOT,
    ),
}


@pytest.mark.parametrize("case", CHINESE_HOME)
def test_in_a_chinese_outlet_china_is_given_and_ai_decides(case: str) -> None:
    title, text, grade = CHINESE_HOME[case]
    assert verdict(title, text, CHINESE_OUTLET).grade is grade


REASONS = [
    ("OpenAI shows a new model", AMERICAN_AI, Reason.AI_ONLY),
    ("OpenAI发布新模型", AMERICAN_AI_ZH, Reason.AI_ONLY),
    (*NOT_RELEVANT["the weather in Beijing"], Reason.CHINA_ONLY),
    (*NOT_RELEVANT["a chip factory without AI"], Reason.CHIPS_NO_AI),
    (*NOT_RELEVANT["a politician named Kimi"], Reason.NAME_TRAP),
    (*NOT_RELEVANT["a paywall stub"], Reason.STUB),
    (*NOT_RELEVANT["a paywall stub, Chinese"], Reason.STUB),
    (*NOT_RELEVANT["an advert"], Reason.ADVERT),
    (*NOT_RELEVANT["a sign-up notice, Chinese"], Reason.ADVERT),
    (*NOT_RELEVANT["a laptop deal"], Reason.CHINA_TECH_NO_AI),
    (*NOT_RELEVANT["nothing at all"], Reason.UNRELATED),
    (*NOT_RELEVANT["nothing at all, Chinese"], Reason.UNRELATED),
]


@pytest.mark.parametrize(("title", "text", "reason"), REASONS)
def test_the_reason_says_why_not(title: str, text: str, reason: Reason) -> None:
    assert verdict(title, text).reason is reason


NAMES = [
    ("Alibaba's profit rises", {"alibaba"}, set()),
    ("Alibaba’s profit rises", {"alibaba"}, set()),
    ("HUAWEI'S NEW CHIP", {"huawei"}, set()),
    ("小米接入DeepSeek后销量上升", {"xiaomi", "deepseek"}, set()),
    ("用DeepSeek的人", {"deepseek"}, set()),
    ("DeepSeek與OpenAI之爭", {"deepseek", "openai"}, set()),
    ("ＤｅｅｐＳｅｅｋ发布新模型", {"deepseek"}, set()),
    ("華為發布新晶片", {"huawei"}, set()),
    ("騰訊與阿里巴巴", {"tencent", "alibaba"}, set()),
    ("字节跳动发布豆包", {"bytedance"}, set()),
    ("字節跳動發布豆包", {"bytedance"}, set()),
    ("每个汉字占两个字节", set(), {"bytedance"}),
    ("寒武纪生命大爆发的化石", set(), {"cambricon"}),
    ("AI芯片公司寒武纪的股价", {"cambricon"}, set()),
    ("阿里山的日出", set(), {"alibaba"}),
    ("Kimi Onoda on industry", set(), {"kimi"}),
    ("Moonshot AI's chatbot Kimi", {"moonshot-ai", "kimi"}, set()),
    ("Nvidia may sell the H20 again", {"h20"}, set()),
    ("英伟达H20恢复供货", {"h20"}, set()),
    ("Drink more H2O, Nvidia staff told", set(), {"h20"}),
    ("The meta-analysis of a meta study", set(), {"meta"}),
    ("a pineapple is no Apple", {"apple"}, set()),
    ("The googleplex", set(), {"google"}),
    ("微软中国AI团队", {"microsoft"}, set()),
]


@pytest.mark.parametrize(("title", "wanted", "unwanted"), NAMES)
def test_names_are_found_whole_and_only_where_they_are_meant(title: str, wanted: set[str], unwanted: set[str]) -> None:
    found = named(title)
    assert wanted <= found
    assert not unwanted & found


def test_the_parent_of_an_app_is_known() -> None:
    entities = rules().vocabulary.lexicon.entities
    assert entities["tiktok"].parent == "bytedance"


REUTERS = Feed("r", "https://www.reuters.com/", title="Reuters", publisher="reuters.com")
XINHUA = Feed("x", "https://www.news.cn/", title="新华社", publisher="news.cn")

SOURCES = {
    "source line": ("Source: TechXplore", "TechXplore"),
    "in brackets": ("A new model came out (Source: TechXplore).", "TechXplore"),
    "reported": ("Bloomberg reported on Monday that prices fall.", "Bloomberg"),
    "according to": ("According to Reuters, the model is cheap.", "Reuters"),
    "told": ("The minister told the Financial Times that rules are coming.", "Financial Times"),
    "据…报道": ("据新华社报道,新模型已经发布。", "Xinhua"),
    "據…報道": ("據路透社報道,新模型已經發布。", "Reuters"),
    "来源": ("来源:财联社", "Cailian Press"),
    "full width colon": ("来源：第一财经", "Yicai"),
    "援引": ("彭博社援引消息称,新模型价格更低。据彭博社报道,客户增加。", "Bloomberg"),
}


@pytest.mark.parametrize("case", SOURCES)
def test_whom_a_text_credits_is_found(case: str) -> None:
    text, source = SOURCES[case]
    assert source in {row.source_name for row in tags("新模型" if "据" in text else "A model", text).attributions}


SELF = [
    (REUTERS, "According to Reuters, the model is cheap. Reuters reported earlier that it is new."),
    (REUTERS, "The minister told Reuters that rules are coming."),
    (XINHUA, "据新华社报道,新模型已经发布。新华社记者获悉,价格下调。"),
]


@pytest.mark.parametrize(("feed", "text"), SELF)
def test_the_publisher_is_never_its_own_source(feed: Feed, text: str) -> None:
    rows = tags("模型", text, feed).attributions
    assert not {row.source_name for row in rows} & {"Reuters", "Xinhua"}


@pytest.mark.parametrize(
    "text", ["据悉,新模型已经发布。", "据了解,价格下调。", "據悉,新模型已經發布。", "据介绍,该系统已运行一年。"]
)
def test_hearsay_without_a_source_is_no_source(text: str) -> None:
    assert [row for row in tags("新模型发布", text).attributions if row.kind != "anonymous"] == []


NOT_YEARS = [
    "Claude 2 and Claude 2024 differ.",
    "GPT-2030 is a name.",
    "A rack of 2048 GPUs.",
    "The fund holds $2030 per head.",
    "It costs 2,026 yuan.",
    "The RTX 2080 is old.",
    "The RTX 2060 is old.",
    "本次招聘2030人。",
    "股票代码2026。",
    "投入2030万元建设算力中心。",
]


@pytest.mark.parametrize("text", NOT_YEARS)
def test_a_number_that_is_no_year_is_no_year(text: str) -> None:
    assert tags("型号" if "人" in text or "元" in text or "股" in text else "Names", text).years == ()


@pytest.mark.parametrize(
    ("title", "text", "relevant"),
    [
        (
            "AI早报:三条要闻",
            (
                "【DeepSeek发布新模型】杭州公司DeepSeek周一发布新的人工智能大模型,价格更低。\n\n"
                "【奥斯陆开放游泳馆】挪威首都奥斯陆周一开放一座新游泳馆。\n\n【天气预报】明天北方有雨,南方多云转晴。"
            ),
            [True, False, False],
        ),
        (
            "Morning brief: three stories",
            (
                "## DeepSeek releases a new model\n\nThe Chinese AI firm DeepSeek released a cheaper AI model in Hangzhou.\n\n"
                "## Oslo opens a hall\n\nThe city of Oslo opened a swimming hall on Monday.\n\n"
                "## OpenAI hires\n\nOpenAI hires fifty people in San Francisco for its AI lab."
            ),
            [True, False, False],
        ),
    ],
)
def test_each_item_of_a_digest_is_judged_by_itself(title: str, text: str, relevant: list[bool]) -> None:
    parent, *items = rules().relevance.split_digests([article_of(title, text)])
    assert parent.is_digest
    assert [
        rules().relevance.verdict(rules().vocabulary.lexicon.scan(item)).grade is not Grade.NOT for item in items
    ] == relevant


def test_the_newspaper_s_name_is_no_sign_of_china() -> None:
    assert not scan("A report in the South China Morning Post").of_kind("china")
