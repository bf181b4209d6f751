package measure

import (
	"strings"

	"github.com/optoste/supportbot/bot/claim"
)

// Family names a kind of fault (domain.md 7), as the playbook for it is called: ejector-not-firing. Empty = it is
// not known.
type Family string

// families are the words by which customers tell what is wrong, in small letters. Of families whose words occur the one
// with most of them is meant, of equals the first.
var families = []struct {
	name  Family
	words []string
}{
	{"air-pressure-low", []string{"air pressure", "pressure low", "low pressure", "pressure is low", "no air", "compressor", "气压低", "气压不足", "没气", "空压机", "压力低"}},
	{"ejector-not-firing", []string{"not ejecting", "does not eject", "not shooting", "not fire", "not firing", "do not open", "does not open", "ejects nothing", "no ejection", "dead valve", "blocked nozzle", "不打料", "不喷", "不喷气", "喷嘴堵", "喷阀不动"}},
	{"ejector-leaking", []string{"always blowing", "keeps blowing", "valve leak", "valves leak", "leaking valve", "stuck valve", "blows all the time", "hiss", "常喷", "常吹", "长吹", "漏气", "阀芯卡"}},
	{"air-water-oil", []string{"water in", "oil in", "wet air", "dryer", "drain", "含油", "含水", "冷干机", "有水", "有油"}},
	{"window-dirty", []string{"dirty window", "window dirty", "dirty glass", "dirty lens", "stripe", "wiper", "视窗", "清灰", "镜头脏", "条纹"}},
	{"camera-no-image", []string{"no image", "no picture from", "camera offline", "camera is offline", "camera error", "camera lost", "黑屏相机", "相机", "没有图像", "无图像", "花屏", "掉线"}},
	{"calibration-drift", []string{"calibration", "white balance", "background plate", "drift", "标定", "校准", "白平衡", "背景板"}},
	{"lamp-failure", []string{"lamp", "led", "light is off", "light off", "tube", "flicker", "灯", "光源", "闪烁"}},
	{"feeder-not-feeding", []string{"feeder", "does not feed", "not feeding", "vibrat", "不下料", "卡料", "振动器", "喂料"}},
	{"chute-dirty", []string{"chute", "product jumps", "slide dirty", "溜槽", "滑道", "跳料"}},
	{"hmi-frozen", []string{"frozen", "freezes", "touch screen", "touchscreen", "screen does not", "black screen", "hangs", "死机", "黑屏", "触摸屏", "卡住不动"}},
	{"ipc-no-boot", []string{"does not boot", "not boot", "computer does not start", "pc does not start", "ipc", "beep", "工控机", "开不了机", "无法启动"}},
	{"remote-link-lost", []string{"remote access", "remote link", "remote connection", "no internet", "teamviewer", "远程", "连不上"}},
	{"licence-invalid", []string{"licence", "license", "dongle", "授权", "许可证", "加密狗"}},
	{"over-rejection", []string{"reject too much", "rejects too much", "too much good", "good product", "good grain", "over-eject", "overejection", "带料多", "误剔", "误选", "带出比"}},
	{"low-accuracy", []string{"accuracy", "defects pass", "missed", "not clean", "misses", "净度", "漏选", "漏剔", "选不干净", "精度"}},
	{"encoder-sync", []string{"encoder", "ejection early", "ejection late", "too early", "too late", "belt slip", "belt speed", "编码器", "延时", "皮带", "输送带"}},
	{"power-fault", []string{"no power", "power supply", "trips", "tripped", "breaker", "resets", "fuse", "burnt", "跳闸", "没电", "断电", "保险丝", "电源"}},
	{"over-temperature", []string{"overheat", "over-temperature", "too hot", "temperature", "过温", "过热", "温度过高", "高温"}},
	{"settings-lost", []string{"settings lost", "lost its settings", "recipe lost", "recipes gone", "after the update", "after update", "参数丢失", "方案丢失", "设置丢失", "升级后"}},
}

// FamilyOf returns what kind of fault a claim's description tells of. A question is of none.
func FamilyOf(c claim.Claim) Family {
	if c.Severity == claim.Question {
		return ""
	}
	told, best, most := strings.ToLower(c.Description), Family(""), 0
	for _, f := range families {
		n := 0
		for _, w := range f.words {
			n += strings.Count(told, w)
		}
		if n > most {
			best, most = f.name, n
		}
	}
	return best
}
