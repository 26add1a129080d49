"""Which characters count as the same when names are compared (sheet jpki-validation §5.3, ui §3.12). Data only.

Each group: the form that stands for all, then the others. Old forms (旧字体) are those that 常用漢字表 gives in
brackets and the pairs of 人名用漢字 (戸籍法施行規則 別表第二); the rest are forms that registers of names know.
NFKC has already been done: what Unicode itself calls the same is not listed. A group may be wider than a register
would have it (斎 and 斉): a search that shows one record too many is put right by who reads it; one that hides a
record is not.
Changing a group changes keys that are stored: raise names.NAME_RULES with it.
"""

from __future__ import annotations

_GROUPS = """
亜亞 悪惡 圧壓 囲圍 為爲 医醫 壱壹弌 稲稻 飲飮 隠隱 栄榮 営營 衛衞 駅驛 円圓 縁緣 艶艷 塩鹽 奥奧
応應 横橫 欧歐 殴毆 黄黃 温溫 穏穩 仮假 価價 画畫 会會 壊壞 懐懷 絵繪 概槪 拡擴 殻殼 覚覺 学學斈
岳嶽 楽樂 渇渴 勧勸 巻卷 寛寬 缶罐 観觀 関關 陥陷 顔顏 帰歸 気氣 亀龜 偽僞 戯戲 犠犧 旧舊 拠據
挙擧 虚虛 峡峽 挟挾 狭狹 暁曉 区區 駆驅駈 勲勳 薫薰 径徑 恵惠 掲揭 携攜 渓溪谿 経經 継繼 茎莖 蛍螢
軽輕 鶏鷄雞 芸藝 撃擊 欠缺 倹儉 剣劍劒劔釼剱 圏圈 検檢 権權 献獻 県縣 研硏 険險 顕顯 験驗 厳嚴 広廣
効效 恒恆 鉱鑛礦 号號 国國圀囯 黒黑 済濟 砕碎 斎齋齊斉斋 剤劑 桜櫻 雑雜 参參 惨慘 桟棧 蚕蠶 賛贊
残殘 糸絲 歯齒 児兒 辞辭 湿濕 実實 舎舍 写寫 釈釋 寿壽 収收 従從 渋澁澀 獣獸 縦縱 粛肅 処處 緒緖
叙敍敘 将將 焼燒 奨奬獎 称稱 証證 乗乘 剰剩 壌壤 嬢孃 条條 浄淨 畳疊 穣穰 譲讓 醸釀 嘱囑 触觸 寝寢
慎愼 晋晉 真眞 尽盡 図圖 粋粹 酔醉 穂穗 随隨 髄髓 数數 枢樞 瀬瀨 声聲 静靜 摂攝 窃竊 専專 戦戰
浅淺 潜潛 繊纖 践踐 銭錢 禅禪 双雙 壮壯 捜搜 挿插 争爭 総總 聡聰 荘莊 装裝 騒騷 増增 臓臟 蔵藏
属屬 続續 堕墮 体體躰 対對 帯帶 滞滯 台臺 滝瀧 択擇 沢澤 単單 担擔 胆膽 団團 弾彈 断斷 痴癡 遅遲
昼晝 虫蟲 鋳鑄 庁廳 徴徵 聴聽 勅敕 鎮鎭 逓遞 鉄鐵銕 点點 転轉 伝傳 党黨 盗盜 灯燈 当當 闘鬪 徳德悳
独獨 読讀 届屆 弐貳 悩惱 脳腦 覇霸 廃廢 拝拜 売賣 麦麥 発發 髪髮 抜拔 蛮蠻 秘祕 浜濱濵 瓶甁 払拂
仏佛 併倂 並竝 変變 辺邊邉 弁辨瓣辯 舗舖 宝寶寳 豊豐 褒襃 没沒 翻飜 毎每 万萬 満滿 麺麵 黙默 弥彌
訳譯 薬藥 与與 予豫 余餘 誉譽 揺搖 様樣 謡謠 来來 頼賴 乱亂 覧覽 竜龍 両兩 猟獵 緑綠 塁壘 涙淚泪
励勵 礼禮 霊靈 隷隸 齢齡 暦曆 歴歷 恋戀 錬鍊 炉爐 労勞 郎郞 楼樓 録錄 湾灣 亘亙 凜凛 尭堯 巌巖巗
峰峯 彦彥 晃晄 桧檜 槙槇 禰祢 遥遙 瑶瑤 萌萠 清淸 青靑 郷鄕 即卽 既旣 教敎 戸戶 高髙 崎﨑嵜埼碕
島嶋嶌 館舘 吉𠮷 土圡𡈽 富冨 曽曾 桑桒 柳栁桺 橋𣘺 渕淵渊 野埜 脇𦚰 原𠩤 鶴靏靍寉 船舩 橘𣗄 達逹
遠逺 涼凉 薮藪籔 鴎鷗 鴬鶯 煕熙凞熈 昂昻 檮梼 杉杦 松枩枀 秋秌穐 畑畠 亨享 駒驹 角⻆ 兎兔莵菟 略畧
群羣 裏裡 姉姊 妹妺 強强 場塲 間閒閑 鼠鼡 鋭銳 悦悅 閲閱 説說 税稅 脱脫 頬頰 剥剝 填塡 叱𠮟 餅餠
蝋蠟 蝉蟬 繋繫 掴摑 噛嚙 嘘噓 鹸鹼 麹麴 屏屛 祷禱 莱萊 鯵鰺 躯軀 呉吳 娯娛 内內 冊册 冴冱 刃刄
刹剎 卯夘 叶协 喆哲 壷壺 嶺岭 帆㠶 幡旙 廟庙 恩㤙 戻戾 撹攪 晩晚 栖棲 梁樑 歩步 毘毗 汚汙 浩澔
渉涉 潟泻 灘滩 焔焰 狸貍 猫貓 珎珍 産產 疎疏 皐皋 矩榘 礪砺 稟禀 竪豎 箪簞 糧粮 緜綿 纏纒 芦蘆
蕊蘂 薗園 蛎蠣 讃讚 豬猪 賎賤 賓賔 迩邇 醤醬 鉤鈎 鑑鑒 陰隂 隣鄰 雁鴈 頚頸 顛顚 飾餝 龕龛 婁娄
侠俠 倶俱 巽巺 廉亷 桝枡 濤涛 灌潅 穎頴 篭籠 蒋蔣 諌諫 迪廸 邨村 靱靭
"""


def _table(groups: str) -> dict[int, str]:
    return {ord(other): group[0] for group in groups.split() for other in group[1:]}


# str.translate table: code point of a variant -> the character that stands for its group.
FOLDED: dict[int, str] = _table(_GROUPS)
