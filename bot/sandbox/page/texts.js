/** What the page itself says, in Chinese and English, and the choice among a card's languages. */

const TEXTS = {
  messages: ["消息", "Messages"], sandbox: ["本地沙箱", "Local sandbox"], bot: ["机器人", "Bot"], send: ["发送", "Send"],
  online: ["机器人已通过长连接在线", "Bot online over the long connection"], webhook: ["机器人使用 HTTP 回调", "Bot is called over HTTP"],
  offline: ["机器人离线", "Bot is offline"], notIn: ["机器人不在本群", "The bot is not in this group"],
  hint: ["输入命令，/ 可选", "Type a command, / lists them"],
  mention: ["是否 @机器人", "Mention the bot"], replyTo: ["回复", "Reply to"], recalled: ["消息已撤回", "This message was recalled"], tookBack: ["撤回了一条消息", "recalled a message"],
  onlyYou: ["仅你可见", "Visible only to you"], reply: ["回复", "Reply"], rename: ["修改群名称", "Rename the group"], urgent: ["已加急", "Buzzed"], sms: ["短信", "SMS"], phone: ["电话", "phone"],
  empty: ["还没有消息。输入 /help 看看机器人会做什么。", "No messages yet. Type /help to see what the bot can do."],
  choose: ["选择一个会话", "Choose a chat"], addBot: ["添加机器人到群", "Add the bot to this group"], removeBot: ["从群中移除机器人", "Remove the bot"],
  newGroup: ["新建群组", "New group"], dissolve: ["解散群组", "Dissolve the group"], groupName: ["群名称", "Group name"], members: ["群成员", "Members"],
  create: ["创建", "Create"], cancel: ["取消", "Cancel"], confirm: ["确定", "OK"], recall: ["撤回", "Recall"], source: ["查看 JSON", "View JSON"], copy: ["复制", "Copy"], copied: ["已复制", "Copied"],
  close: ["关闭", "Close"], asWhom: ["以谁的身份", "Act as"], owner: ["群主", "Owner"], manager: ["管理员", "Manager"], image: ["图片", "Image"], card: ["卡片", "Card"],
  calls: ["接口日志", "API log"], faults: ["故障注入", "Faults"], logs: ["日志文件", "Log files"], filter: ["搜索路径、内容、状态码…", "Search paths, bodies, codes…"], noCalls: ["还没有调用", "No calls yet"],
  toBot: ["推送给机器人", "pushed to the bot"], fromBot: ["机器人调用", "called by the bot"], request: ["请求", "Request"], response: ["响应", "Response"], unknownApi: ["未知接口", "unknown API"],
  api: ["接口", "API"], rate: ["概率", "Rate"], count: ["次数", "Times"], unlimited: ["不限", "any"], noFaults: ["没有可用的故障", "No faults on offer"],
  noLogs: ["启动时没有指定日志文件（--log-file）", "No log file was named at start (--log-file)"], writeLine: ["写一行日志，回车写入", "Write a line, Enter appends it"],
  upgrade: ["请升级至最新版本客户端，以查看内容", "Upgrade the client to see this content"],
  pickOne: ["请选择", "Select"], pickDate: ["选择日期", "Pick a date"], pickTime: ["选择时间", "Pick a time"], fillIn: ["请输入", "Type here"], noOption: ["无可选项", "Nothing to choose"],
  rows: ["条", "rows"], chartFailed: ["图表无法绘制", "The chart cannot be drawn"], failed: ["操作失败，请稍后重试", "Something went wrong, try again later"],
  badLink: ["无法打开该链接", "This link cannot be opened"], everyone: ["所有人", "all"],
  app: ["应用", "App"], name: ["名称", "Name"], appId: ["App ID", "App ID"], mode: ["事件方式", "Events over"], longConnection: ["长连接", "long connection"], connections: ["长连接数", "Connections"],
  version: ["版本", "Version"], first: ["初始版本", "initial"], unpublished: ["有未发布的配置变更", "There are changes waiting for a published version"], kick: ["断开一条长连接", "Kick one connection"],
  scopes: ["权限", "Scopes"], events: ["订阅的事件", "Events"], callbacks: ["回调", "Callbacks"], hooks: ["自定义机器人", "Custom bots"], newHook: ["在当前群添加", "Add to this group"], noHooks: ["还没有自定义机器人", "No custom bot yet"],
  group: ["群", "Group"], address: ["地址", "Address"], security: ["安全", "Security"], signed: ["签名校验", "signed"], keywords: ["关键词", "Keywords"], ips: ["IP 白名单", "IP list"], secret: ["签名密钥", "Secret"],
  register: ["创建应用", "Create the app"], registerChange: ["更新应用", "Change the app"], registerThere: ["一个程序请求为已有应用添加以下配置，并获得其凭证。", "A program asks to add this to an app that is there, and to get its credentials."], registerHint: ["一个程序请求创建应用并获得其凭证。", "A program asks to create an app and to get its credentials."], approve: ["同意", "Approve"], deny: ["拒绝", "Deny"], approved: ["已同意，凭证已交给程序", "Approved: the program gets the credentials"], denied: ["已拒绝", "Denied"],
  addMember: ["添加成员…", "Add a member…"], removeMember: ["移出群", "Remove"], leave: ["退出群", "Leave"],
  chart: ["图表", "Chart"], prevPage: ["上一页", "Previous page"], nextPage: ["下一页", "Next page"], prevMonth: ["上个月", "Previous month"], nextMonth: ["下个月", "Next month"],
  hour: ["时", "Hour"], minute: ["分", "Minute"], more: ["更多", "More"], groupMenu: ["群设置", "Group settings"], roles: ["成员与角色", "Members and roles"],
  member: ["成员", "Member"], external: ["外部", "External"], handOver: ["转让群主", "Make owner"], onlyOwner: ["仅群主可以操作", "Only the owner may"], notMember: ["不在本群", "Not in this group"],
  edited: ["已编辑", "edited"], thread: ["条话题回复", "replies in the thread"], cardChanged: ["卡片已更新", "Card updated"], commandList: ["可用命令", "Commands"],
  everything: ["全部", "All"], pushes: ["推送", "Pushes"], frames: ["帧", "Frames"], apiCalls: ["API 调用", "API calls"], problems: ["失败", "Failed"], unknownOnly: ["未知接口", "Unknown"],
  clear: ["清空", "Clear"], resetFaults: ["全部关闭", "Switch all off"], active: ["开启", "on"], bytes: ["字节", "bytes"], zoom: ["查看大图", "Show large"], write: ["写入", "Write"],
  errorHint: ["写入一行 ERROR", "Write an ERROR line"], conversation: ["会话内容", "Conversation"], chats: ["会话", "Chats"], tools: ["工具", "Tools"], lost: ["连接已断开，正在重连…", "Connection lost, reconnecting…"],
  latest: ["回到最新", "Latest"], week: ["日一二三四五六", "SMTWTFS"],
};

/** What a client says when a callback failed, by its code. */
const FAILURES = {
  200340: ["应用未配置卡片回调，请联系开发者", "The app has no callback configured"],
  200341: ["回调服务超时未响应，请稍后重试", "The callback timed out, try again later"],
  200342: ["无法连接回调服务，请稍后重试", "The callback server cannot be reached"],
  200343: ["回调地址的域名解析失败", "The callback address cannot be resolved"],
  200345: ["应用未开启机器人能力，无法响应操作", "The app cannot answer: its bot ability is off"],
  200346: ["应用未订阅卡片回调", "The app does not subscribe to card callbacks"],
  200347: ["应用已停用或不可见，无法响应操作", "The app is disabled or not visible to you"],
  200530: ["表单中有组件缺少 name，无法提交", "A component of the form has no name"],
  200671: ["回调服务出错，请稍后重试", "The callback answered with an error"],
  200672: ["回调返回的内容格式有误", "The callback's answer is malformed"],
  200673: ["回调返回的卡片有误", "The callback's card is not valid"],
  200830: ["卡片版本不可由 2.0 变为 1.0", "A 2.0 card cannot become a 1.0 card"],
  300000: ["服务内部错误，请稍后重试", "Internal error, try again later"],
};

const saved = (key) => { try { return localStorage.getItem(key); } catch { return null; } };
let language = saved("language") === "en" ? "en" : "zh";

export const lang = () => language;
export const t = (key) => TEXTS[key][language === "zh" ? 0 : 1];
export const failure = (code) => FAILURES[code]?.[language === "zh" ? 0 : 1] ?? t("failed");
export function setLanguage(value) {
  language = value;
  document.documentElement.lang = value === "zh" ? "zh-CN" : "en";
  try { localStorage.setItem("language", value); } catch { /* private mode: the choice lasts as long as the page */ }
}

/** The words of a card's text object in the page's language, else its default content. */
export function words(text) {
  if (text === null || text === undefined) return "";
  if (typeof text !== "object") return String(text);
  return String(localised(text, "content") ?? "");
}

/** object[key], or its translation from object["i18n_" + key] (Feishu writes zh_cn or zh-CN). */
export function localised(object, key) {
  const all = object?.[`i18n_${key}`];
  const names = language === "zh" ? ["zh_cn", "zh-CN"] : ["en_us", "en-US"];
  for (const name of names) if (all?.[name] !== undefined) return all[name];
  return object?.[key];
}

const pad = (number) => String(number).padStart(2, "0");

export function clockTime(ms) {
  const at = new Date(Number(ms));
  return `${pad(at.getHours())}:${pad(at.getMinutes())}`;
}

/** Time of today, date of another day: how Feishu's lists and messages say when. */
export function shortTime(ms) {
  const at = new Date(Number(ms));
  const day = `${at.getMonth() + 1}/${at.getDate()}`;
  return at.toDateString() === new Date().toDateString() ? clockTime(ms) : `${day} ${clockTime(ms)}`;
}

/** Feishu's <local_datetime> formats. */
export function localTime(ms, format) {
  const at = new Date(Number(ms));
  if (Number.isNaN(at.getTime())) return "";
  const locale = language === "zh" ? "zh-CN" : "en-US";
  const say = (options) => at.toLocaleString(locale, options);
  switch (format) {
    case "date_num": return `${at.getFullYear()}-${pad(at.getMonth() + 1)}-${pad(at.getDate())}`;
    case "date_short": return say({ month: "short", day: "numeric" });
    case "date": return say({ year: "numeric", month: "long", day: "numeric" });
    case "week": return say({ weekday: "long" });
    case "week_short": return say({ weekday: "short" });
    case "time": return clockTime(ms);
    case "time_sec": return `${clockTime(ms)}:${pad(at.getSeconds())}`;
    case "timezone": return `GMT${offset().replace(/0(\d)00$/, "$1").replace(/00$/, "")}`;
    default: return `${localTime(ms, "date_num")} ${clockTime(ms)}`;
  }
}

/** This machine's offset as Feishu writes it in picker values: "+0800". */
export function offset() {
  const minutes = -new Date().getTimezoneOffset();
  return `${minutes < 0 ? "-" : "+"}${pad(Math.floor(Math.abs(minutes) / 60))}${pad(Math.abs(minutes) % 60)}`;
}
